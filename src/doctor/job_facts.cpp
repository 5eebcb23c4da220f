#include <fmt/format.h>

#include <algorithm>

#include "doctor/facts.h"

namespace scalemark::doctor {

std::map<std::string, std::vector<const RankFacts*>> by_host(const JobFacts& job) {
  std::map<std::string, std::vector<const RankFacts*>> hosts;
  for (const auto& rank : job.ranks) hosts[rank.host].push_back(&rank);
  return hosts;
}

bool wants_gpus(const JobFacts& job) {
  if (job.wishes.device != WantedDevice::kAuto) return job.wishes.device == WantedDevice::kCuda;
  return std::any_of(job.ranks.begin(), job.ranks.end(),
                     [](const auto& rank) { return visible_gpus(rank) > 0 || rank.slurm_gpus_on_node > 0; });
}

int visible_gpus(const RankFacts& rank) {
  if (!rank.gpus.empty()) return static_cast<int>(rank.gpus.size());
  if (rank.visible_devices.empty() || rank.visible_devices == "NoDevFiles") return 0;
  return 1 + static_cast<int>(std::count(rank.visible_devices.begin(), rank.visible_devices.end(), ','));
}

std::string ranks_text(const std::vector<const RankFacts*>& ranks) {
  if (ranks.size() == 1) return fmt::format("rank {}", ranks.front()->rank);
  constexpr std::size_t kMostNamed = 8;
  std::string text = "ranks ";
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (i == kMostNamed) return text + fmt::format(" and {} more", ranks.size() - kMostNamed);
    if (i > 0) text += i + 1 == ranks.size() ? " and " : ", ";
    text += std::to_string(ranks[i]->rank);
  }
  return text;
}

}  // namespace scalemark::doctor
