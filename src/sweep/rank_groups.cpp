#include "sweep/rank_groups.h"

#include <algorithm>
#include <set>

#include "comm/backend.h"

namespace scalemark::sweep {
namespace {

std::set<int> group_sizes(const config::Experiment& experiment, int world_size) {
  std::set<int> sizes;
  for (const auto& config : experiment.cases) {
    if (config.ranks() <= world_size) sizes.insert(config.ranks());
  }
  return sizes;
}

}  // namespace

RankGroups::RankGroups(const config::Experiment& experiment, const monitor::ControlGroup& world, Onlookers& onlookers)
    : world_(world),
      onlookers_(onlookers),
      every_rank_has_cuda_(
          world.max(std::int64_t{measure::gpu_of_rank(world.node_rank(), measure::cuda_device_count()) ? 0 : 1}) == 0) {
  for (const int size : group_sizes(experiment, world.size())) control_by_size_.emplace(size, world.split(size));
  for (const bool cuda : {false, true}) {
    for (const auto& config : experiment.cases) {
      if (uses_cuda(config) == cuda && !by_cuda_.contains(cuda)) open(cuda, experiment);
    }
  }
  for (const auto& config : experiment.cases) {
    if (std::ranges::find(devices_, device(config)) == devices_.end()) devices_.push_back(device(config));
  }
}

bool RankGroups::uses_cuda(const config::CaseConfig& config) const {
  if (config.device == config::DeviceChoice::kAuto) return every_rank_has_cuda_;
  return config.device == config::DeviceChoice::kCuda;
}

void RankGroups::open(bool cuda, const config::Experiment& experiment) {
  auto& side = by_cuda_[cuda];
  side.device = measure::select_device(cuda, world_.node_rank());
  side.memory = measure::make_memory_meter(side.device);
  side.watch = std::make_unique<measure::MachineWatch>(measure::describe_device(side.device).uuid);
  side.world = onlookers_.around(comm::make_communicator(side.device));
  for (const int size : group_sizes(experiment, world_.size())) {
    if (size < world_.size()) side.by_size[size] = side.world->split(size);
  }
}

const at::Device& RankGroups::device(const config::CaseConfig& config) const {
  return by_cuda_.at(uses_cuda(config)).device;
}

void RankGroups::release_caches() {
  for (auto& [cuda, side] : by_cuda_) side.memory->release_cache();
}

RankGroup RankGroups::group(const config::CaseConfig& config) {
  auto& side = by_cuda_.at(uses_cuda(config));
  const int size = config.ranks();
  auto* communicator = size == world_.size() ? side.world.get() : side.by_size.at(size).get();
  return {side.device, control_by_size_.at(size), communicator, *side.memory, *side.watch};
}

}  // namespace scalemark::sweep
