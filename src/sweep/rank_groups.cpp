#include "sweep/rank_groups.h"

#include <algorithm>
#include <set>
#include <string>

#include "comm/backend.h"
#include "config/names.h"
#include "core/environment.h"

namespace scalemark::sweep {
namespace {

std::set<int> group_sizes(const config::Experiment& experiment, int world_size) {
  std::set<int> sizes;
  for (const auto& config : experiment.cases) {
    if (config.ranks() <= world_size) sizes.insert(config.ranks());
  }
  return sizes;
}

/// Collective. A rank that sees one GPU of a host with several ranks may see the same one as they do: `auto` then means
/// the CPU, unless ranks are to share a GPU.
bool every_rank_has_a_gpu(const monitor::ControlGroup& world) {
  const auto index = measure::gpu_of_rank(world.node_rank(), measure::cuda_device_count());
  if (world.max(std::int64_t{index ? 0 : 1}) > 0) return false;
  if (process_environment("SCALEMARK_SHARE_GPU") == "1") return true;
  const auto uuids = world.gather(measure::describe_device(measure::select_device(true, world.node_rank())).uuid);
  const bool differ = std::set<std::string>(uuids.begin(), uuids.end()).size() == uuids.size();
  return world.max(std::int64_t{differ ? 0 : 1}) == 0;
}

}  // namespace

comm::NcclSettings nccl_settings(const config::CaseConfig& config) {
  comm::NcclSettings settings;
  if (config.nccl.max_ctas) settings.max_ctas = static_cast<int>(*config.nccl.max_ctas);
  if (config.nccl.algo != config::NcclAlgorithm::kAuto) settings.algorithm = config::name_of(config.nccl.algo);
  if (config.nccl.proto != config::NcclProtocol::kAuto) settings.protocol = config::name_of(config.nccl.proto);
  return settings;
}

RankGroups::RankGroups(const config::Experiment& experiment, const monitor::ControlGroup& world, Onlookers& onlookers)
    : world_(world), onlookers_(onlookers), every_rank_has_cuda_(every_rank_has_a_gpu(world)) {
  for (const int size : group_sizes(experiment, world.size())) control_by_size_.emplace(size, world.split(size));
  for (const bool cuda : {false, true}) {
    for (const auto& config : experiment.cases) {
      if (uses_cuda(config) == cuda && !by_cuda_.contains(cuda)) open(cuda);
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

void RankGroups::open(bool cuda) {
  auto& side = by_cuda_[cuda];
  startup_.time("device", [&] {
    side.device = measure::select_device(cuda, world_.node_rank());
    side.memory = measure::make_memory_meter(side.device);
    side.watch = std::make_unique<measure::MachineWatch>(measure::describe_device(side.device).uuid);
    measure::synchronize(side.device);  // a GPU's context is there then
  });
  startup_.time("communicator", [&] { connect(side); });
}

void RankGroups::connect(DeviceSide& side) {
  constexpr double kDeadlineSeconds = 120;
  side.world = onlookers_.around(comm::make_communicator(side.device, kDeadlineSeconds, side.nccl));
  for (const auto& [size, control] : control_by_size_) {
    if (size < world_.size()) side.by_size[size] = side.world->split(size);
  }
}

// A case on one rank reduces nothing: any communicator will do.
bool RankGroups::are_ready_for(const config::CaseConfig& config) const {
  if (!uses_cuda(config)) return true;
  const auto& side = by_cuda_.at(true);
  return side.world != nullptr && (config.ranks() == 1 || side.nccl == nccl_settings(config));
}

void RankGroups::prepare(const config::CaseConfig& config) {
  if (are_ready_for(config)) return;
  auto& side = by_cuda_.at(true);
  side.by_size.clear();
  side.world.reset();
  side.nccl = nccl_settings(config);
  try {
    connect(side);
  } catch (...) {
    // Some may have come up. All ranks are here, and end these together.
    side.by_size.clear();
    side.world.reset();
    throw;
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
  comm::Communicator* communicator = nullptr;
  if (size == world_.size()) {
    communicator = side.world.get();
  } else if (const auto part = side.by_size.find(size); part != side.by_size.end()) {
    communicator = part->second.get();
  }
  return {side.device, control_by_size_.at(size), communicator, *side.memory, *side.watch};
}

}  // namespace scalemark::sweep
