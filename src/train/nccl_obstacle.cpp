#include "train/nccl_obstacle.h"

#include <fmt/format.h>

#include "measure/device.h"

namespace scalemark::train {

std::string nccl_obstacle(const config::CaseConfig& config, const c10::Device& device) {
  using config::NcclAlgorithm;
  if (config.nccl == config::NcclConfig{} || config.ranks() == 1) return {};
  if (!device.is_cuda()) return "the config sets nccl, but on a CPU MPI reduces the gradients";
  constexpr int kHopper = 90;  // the first GPUs whose NVLink switches sum up
  const NcclAlgorithm algo = config.nccl.algo;
  const bool in_switches = algo == NcclAlgorithm::kNvls || algo == NcclAlgorithm::kNvlsTree;
  const auto gpu = measure::describe_device(device);
  if (in_switches && gpu.compute_capability < kHopper)
    return fmt::format("nccl.algo asks for sums in NVLink's switches, which a {} does not have", gpu.name);
  return {};
}

}  // namespace scalemark::train
