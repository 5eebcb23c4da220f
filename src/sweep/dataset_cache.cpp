#include "sweep/dataset_cache.h"

#include <fmt/format.h>

namespace scalemark::sweep {
namespace {

data::StorageModel storage_of(const config::DatasetConfig& dataset) {
  return {.latency_seconds = dataset.storage_latency_seconds,
          .jitter_seconds = dataset.storage_jitter_seconds,
          .bandwidth_bytes_per_second = static_cast<double>(dataset.storage_bandwidth_bytes_per_second)};
}

}  // namespace

std::shared_ptr<const data::Dataset> DatasetCache::get(const config::CaseConfig& config, data::Split split) {
  const auto& dataset = config.dataset;
  data::DatasetOptions options{
      .name = dataset.name,
      .path = dataset.path,
      .images = dataset.images,
      .image_size = dataset.image_size,
      .classes = dataset.classes,
      .seed = config.train.seed,
      .on_error = dataset.on_error == config::OnError::kSkip ? data::OnError::kSkip : data::OnError::kFail,
      .storage = storage_of(dataset)};
  // `images` shortens the training set; accuracy is always over the whole test set.
  if (split == data::Split::kTest) options.images.reset();
  const std::string key = fmt::format(
      "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", dataset.name, dataset.path, options.images.value_or(-1), dataset.image_size,
      dataset.classes, options.seed, static_cast<int>(options.on_error), dataset.storage_latency_seconds,
      dataset.storage_jitter_seconds, dataset.storage_bandwidth_bytes_per_second, static_cast<int>(split));
  auto& cached = open_[key];
  if (cached == nullptr) cached = data::open_dataset(options, split);
  return cached;
}

}  // namespace scalemark::sweep
