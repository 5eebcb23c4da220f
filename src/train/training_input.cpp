#include "train/training_input.h"

#include <fmt/format.h>

#include <utility>

#include "core/units.h"
#include "data/loader/loader.h"
#include "data/loader/resident_loader.h"
#include "data/worker_count.h"
#include "measure/device.h"
#include "train/graph_obstacle.h"
#include "train/nccl_obstacle.h"
#include "train/precision.h"
#include "train/replica.h"

namespace scalemark::train {
namespace {

using config::Switch;

// Asked for by name it may take what it needs: running out of memory says it clearly enough.
std::string too_large(const config::CaseConfig& config, const data::Dataset& dataset, std::int64_t free_bytes) {
  if (config.dataset.resident == Switch::kOn) return {};
  const auto bytes = static_cast<double>(data::resident_bytes(dataset));
  const auto free = static_cast<double>(free_bytes);
  if (bytes <= kResidentShare * free) return {};
  return fmt::format("{} are more than {:.0f} % of the {} that are free", format_bytes(bytes), 100 * kResidentShare,
                     format_bytes(free));
}

data::Augmentation augmentation_of(config::Augmentation augmentation) {
  switch (augmentation) {
    case config::Augmentation::kNone:
      return data::Augmentation::kNone;
    case config::Augmentation::kPadCropFlip:
      return data::Augmentation::kPadCropFlip;
    case config::Augmentation::kRandomResizedCropFlip:
      return data::Augmentation::kRandomResizedCropFlip;
  }
  return data::Augmentation::kNone;
}

}  // namespace

int loader_workers(const config::LoaderConfig& loader) {
  return loader.workers_auto ? data::auto_workers(data::core_limits()) : loader.workers;
}

data::LoaderOptions loader_options(const config::CaseConfig& config, const at::Device& device) {
  return {.batch = config.batch_per_rank(),
          .workers = loader_workers(config.loader),
          .prefetch = config.loader.prefetch,
          .pinned = config.loader.pinned && device.is_cuda(),
          .device = device,
          .channels_last = uses_channels_last(config.train, device),
          .dtype = input_dtype(config.train.precision),
          .augmentation = augmentation_of(config.dataset.augmentation),
          .seed = config.train.seed};
}

std::string resident_obstacle(const config::CaseConfig& config, const data::Dataset& dataset,
                              const at::Device& device) {
  if (config.dataset.resident == Switch::kOff) return "dataset.resident is false";
  if (config.dataset.resident == Switch::kAuto && !device.is_cuda()) return "the device is a CPU";
  if (config.dataset.augmentation == config::Augmentation::kRandomResizedCropFlip)
    return "random-resized-crop-flip resizes images on the host";
  return data::resident_obstacle(dataset);
}

std::optional<std::string> unmet_demand(const config::CaseConfig& config, const data::Dataset& dataset,
                                        const at::Device& device) {
  if (config.train.cuda_graph == Switch::kOn) {
    std::string obstacle = graph_obstacle(config);
    if (obstacle.empty() && !device.is_cuda()) obstacle = kNoGraphsOnCpu;
    if (!obstacle.empty()) return "train.cuda_graph is true, but " + obstacle;
  }
  if (config.train.keep_memory == config::KeepMemory::kNever && device.is_cuda())
    return "train.keep_memory is false, but LibTorch always keeps a GPU's memory for the next tensors";
  if (const std::string obstacle = nccl_obstacle(config, device); !obstacle.empty()) return obstacle;
  if (config.dataset.resident == Switch::kOn) {
    const std::string obstacle = resident_obstacle(config, dataset, device);
    if (!obstacle.empty()) return "dataset.resident is true, but " + obstacle;
  }
  return std::nullopt;
}

std::string why_not_resident(const config::CaseConfig& config, const data::Dataset& dataset, const at::Device& device,
                             std::int64_t least_free_bytes) {
  std::string obstacle = resident_obstacle(config, dataset, device);
  return obstacle.empty() ? too_large(config, dataset, least_free_bytes) : obstacle;
}

TrainingInput open_training_input(const config::CaseConfig& config, const std::shared_ptr<const data::Dataset>& dataset,
                                  const data::ShardedSampler& sampler, const at::Device& device,
                                  std::optional<std::int64_t> least_free_bytes) {
  const auto options = loader_options(config, device);
  if (!least_free_bytes) least_free_bytes = measure::free_memory_bytes(device);
  std::string obstacle = why_not_resident(config, *dataset, device, *least_free_bytes);
  if (!obstacle.empty()) return {std::make_unique<data::Loader>(dataset, sampler, options), std::move(obstacle), 0};
  return {std::make_unique<data::ResidentLoader>(data::make_resident(*dataset, device), sampler, options),
          {},
          data::resident_bytes(*dataset)};
}

}  // namespace scalemark::train
