#include "sweep/dataset_cache.h"

namespace scalemark::sweep {
namespace {

data::StorageModel storage_of(const config::DatasetConfig& dataset) {
  return {.latency_seconds = dataset.storage_latency_seconds,
          .jitter_seconds = dataset.storage_jitter_seconds,
          .bandwidth_bytes_per_second = static_cast<double>(dataset.storage_bandwidth_bytes_per_second)};
}

bool is_cut_from_whole_images(const config::CaseConfig& config, data::Split split) {
  return split == data::Split::kTrain && config.dataset.augmentation == config::Augmentation::kRandomResizedCropFlip;
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
      .whole_images = is_cut_from_whole_images(config, split),
      .storage = storage_of(dataset)};
  // `images` shortens the training set; accuracy is always over the whole test set.
  if (split == data::Split::kTest) options.images.reset();
  auto& cached = open_[{options, split}];
  if (cached == nullptr) cached = data::open_dataset(options, split);
  return cached;
}

}  // namespace scalemark::sweep
