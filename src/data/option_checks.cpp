#include "data/option_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"

namespace scalemark::data {

void check_image_size(const DatasetOptions& options, std::initializer_list<int> allowed) {
  if (std::find(allowed.begin(), allowed.end(), options.image_size) != allowed.end()) return;
  throw InputError(fmt::format("dataset.image_size: {} is not possible with {}; allowed: {}", options.image_size,
                               options.name, fmt::join(allowed, ", ")));
}

void check_classes(const DatasetOptions& options, int classes) {
  if (options.classes == 0 || options.classes == classes) return;
  throw InputError(
      fmt::format("dataset.classes: {} is not possible with {}; allowed: {}", options.classes, options.name, classes));
}

std::int64_t limited_size(const DatasetOptions& options, Split split, std::int64_t available) {
  if (!options.images) return available;
  const std::int64_t images = *options.images;
  if (images < 1 || (split == Split::kTrain && images > available)) {
    throw InputError(fmt::format("dataset.images: {} is not possible with {}; allowed: all, or 1 to {}", images,
                                 options.name, available));
  }
  return std::min(images, available);
}

}  // namespace scalemark::data
