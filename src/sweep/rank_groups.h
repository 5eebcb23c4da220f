#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "comm/communicator.h"
#include "comm/nccl_settings.h"
#include "config/experiment.h"
#include "measure/device.h"
#include "measure/machine_watch.h"
#include "measure/memory_meter.h"
#include "monitor/control_group.h"
#include "sweep/onlookers.h"
#include "sweep/startup_times.h"

namespace scalemark::sweep {

/// The ranks that run a case, and this rank's device for it.
struct RankGroup {
  at::Device device;
  const monitor::ControlGroup& control;
  comm::Communicator* communicator;  ///< nullptr on a rank that the case does not need
  measure::MemoryMeter& memory;
  measure::MachineWatch& watch;
};

/// What the case's config tells NCCL (`nccl`).
comm::NcclSettings nccl_settings(const config::CaseConfig& config);

/// The groups of the first 1, 2, 4, ... ranks that a sweep's cases need, split from all ranks once and kept.
class RankGroups {
 public:
  /// Collective over `world`. @param onlookers  lie around every communicator.
  RankGroups(const config::Experiment& experiment, const monitor::ControlGroup& world, Onlookers& onlookers);

  /// Whether the case runs on GPUs; `auto` is decided by every rank having one.
  bool uses_cuda(const config::CaseConfig& config) const;

  /// This rank's device for the case, also for one that needs more ranks than there are.
  const at::Device& device(const config::CaseConfig& config) const;

  /// This rank's devices for all cases: the first case's first.
  const std::vector<at::Device>& devices() const { return devices_; }

  /// What devices and communicators took on this rank when this was made.
  const StartupTimes& startup() const { return startup_; }

  /// Gives back the memory that allocators keep for another time.
  void release_caches();

  /// Whether the communicators that are there were told of NCCL what the case says.
  bool are_ready_for(const config::CaseConfig& config) const;

  /// Collective over all ranks, before group(): where they were not, new ones come in their place. One set of them is
  /// alive at a time. @throws comm::CommunicatorOutOfMemory on all ranks, and there are none until the next call
  void prepare(const config::CaseConfig& config);

  /// @throws std::out_of_range where the case needs more ranks than there are.
  RankGroup group(const config::CaseConfig& config);

 private:
  struct DeviceSide {
    at::Device device{at::kCPU};
    std::unique_ptr<measure::MemoryMeter> memory;
    std::unique_ptr<measure::MachineWatch> watch;
    std::unique_ptr<comm::Communicator> world;
    comm::NcclSettings nccl{};
    std::map<int, std::unique_ptr<comm::Communicator>> by_size;  ///< but that of all ranks, which is `world`
  };
  void open(bool cuda);
  void connect(DeviceSide& side);

  const monitor::ControlGroup& world_;
  Onlookers& onlookers_;
  bool every_rank_has_cuda_;
  std::map<int, monitor::ControlGroup> control_by_size_;
  std::map<bool, DeviceSide> by_cuda_;
  std::vector<at::Device> devices_;
  StartupTimes startup_;
};

}  // namespace scalemark::sweep
