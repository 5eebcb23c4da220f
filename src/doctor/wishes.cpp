#include "doctor/wishes.h"

#include <algorithm>

namespace scalemark::doctor {

Wishes wishes_of(const std::vector<config::CaseConfig>& cases) {
  using config::DeviceChoice;
  const auto asks_for = [](DeviceChoice choice) {
    return [choice](const config::CaseConfig& config) { return config.device == choice; };
  };
  Wishes wishes;
  if (std::ranges::all_of(cases, asks_for(DeviceChoice::kCpu))) wishes.device = WantedDevice::kCpu;
  if (std::ranges::any_of(cases, asks_for(DeviceChoice::kCuda))) wishes.device = WantedDevice::kCuda;
  wishes.least_ranks = cases.front().ranks();
  for (const auto& config : cases) {
    wishes.least_ranks = std::min(wishes.least_ranks, config.ranks());
    wishes.most_ranks = std::max(wishes.most_ranks, config.ranks());
    wishes.loader_workers = std::max(wishes.loader_workers, config.loader.workers);
  }
  return wishes;
}

}  // namespace scalemark::doctor
