#include "sweep/case_obstacle.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "measure/device.h"
#include "train/training_input.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;

std::optional<std::string> lacking_precision(config::Precision precision, const measure::DeviceDescription& device) {
  if (precision == config::Precision::kTf32 && !device.has_tf32) return device.name + " has no TF32";
  if (precision == config::Precision::kBf16 && !device.has_bfloat16) return device.name + " has no bfloat16";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> obstacle_to(const CaseConfig& config, SweepJob& job) {
  if (config.ranks() > job.world.size()) {
    return fmt::format("needs {} ranks, {} were launched", config.ranks(), job.world.size());
  }
  const int visible_gpus = measure::cuda_device_count();
  if (config.train.mode == config::Mode::kDataParallel && job.groups.uses_cuda(config) && config.gpus > visible_gpus) {
    return fmt::format("one rank with {} GPUs was asked for, {} are visible to it", config.gpus, visible_gpus);
  }
  const auto training_set = job.datasets.get(config, data::Split::kTrain);
  if (training_set->size() < config.global_batch()) {
    return fmt::format("a global batch of {} needs more than the {} images of the data set", config.global_batch(),
                       training_set->size());
  }
  const at::Device device = job.groups.group(config).device;
  if (auto lacking = lacking_precision(config.train.precision, measure::describe_device(device))) return lacking;
  return train::unmet_demand(config, *training_set, device);
}

void require_runnable_case(const config::Experiment& experiment, int ranks) {
  const auto smallest = std::ranges::min_element(experiment.cases, {}, &CaseConfig::ranks);
  if (smallest->ranks() > ranks)
    throw InputError(fmt::format("all cases need {0} ranks or more; start with mpirun -n {0}", smallest->ranks()));
}

}  // namespace scalemark::sweep
