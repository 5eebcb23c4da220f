#include "sweep/dataset_cache.h"

#include <fmt/format.h>

namespace scalemark::sweep {

std::shared_ptr<const data::Dataset> DatasetCache::get(const config::CaseConfig& config, data::Split split) {
  const auto& dataset = config.dataset;
  data::DatasetOptions options{.name = dataset.name,
                               .path = dataset.path,
                               .images = dataset.images,
                               .image_size = dataset.image_size,
                               .classes = dataset.classes,
                               .seed = config.train.seed};
  // `images` shortens the training set; accuracy is always over the whole test set.
  if (split == data::Split::kTest) options.images.reset();
  const std::string key = fmt::format("{}|{}|{}|{}|{}|{}|{}", dataset.name, dataset.path, options.images.value_or(-1),
                                      dataset.image_size, dataset.classes, options.seed, static_cast<int>(split));
  auto& cached = open_[key];
  if (cached == nullptr) cached = data::open_dataset(options, split);
  return cached;
}

}  // namespace scalemark::sweep
