#include "data/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/registered_names.h"
#include "data/formats/open_formats.h"
#include "data/skipping_dataset.h"

namespace scalemark::data {
namespace {

struct Kind {
  std::string_view name;
  const char* default_path;
  std::unique_ptr<Dataset> (*open)(const DatasetOptions&, Split);
};

constexpr std::array<Kind, kDatasetNames.size()> kKinds{{
    {"cifar10", "data/cifar-10-batches-bin", open_cifar10},
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist", open_fashion_mnist},
    {"image-folder", "data/images", open_image_folder},
    {"synthetic", "", open_synthetic},
    {"tiny-imagenet", "data/tiny-imagenet-200", open_tiny_imagenet},
}};

const Kind& find_kind(const std::string& name) {
  for (const Kind& kind : kKinds) {
    if (name == kind.name) return kind;
  }
  throw InputError(
      fmt::format("dataset.name: unknown data set '{}'; allowed: {}", name, fmt::join(kDatasetNames, ", ")));
}

}  // namespace

ImageView Dataset::read(std::int64_t index, ImageScratch& scratch) const {
  return decode(index, fetch(index, scratch.stored), scratch);
}

void Dataset::fetch_all(std::span<const std::int64_t> indices, std::span<StoredImage> images) const {
  for (std::size_t i = 0; i < images.size(); ++i) {
    images[i].hold([&](std::vector<std::uint8_t>& buffer) { return fetch(indices[i], buffer); });
  }
}

std::vector<std::int64_t> Dataset::in_storage_order() const {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size()));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  return order;
}

bool Dataset::look_at(std::int64_t index, bool whole, ImageScratch& scratch) const {
  if (whole) read(index, scratch);
  return whole;
}

void Dataset::check_index(std::int64_t index) const {
  if (index < 0 || index >= size()) {
    throw std::out_of_range(fmt::format("image {} of a data set of {} images", index, size()));
  }
}

std::unique_ptr<Dataset> open_dataset(const DatasetOptions& options, Split split) {
  const Kind& kind = find_kind(options.name);
  DatasetOptions resolved = options;
  if (resolved.path.empty()) resolved.path = kind.default_path;
  const bool packed = std::filesystem::is_regular_file(resolved.path);
  std::unique_ptr<Dataset> dataset = packed ? open_pack(resolved, split) : kind.open(resolved, split);
  if (options.storage.waits()) dataset = behind_storage(std::move(dataset), options.storage, options.seed);
  if (options.on_error == OnError::kSkip) dataset = skip_damaged(std::move(dataset));
  return dataset;
}

std::filesystem::path default_path(const std::string& name) { return find_kind(name).default_path; }

}  // namespace scalemark::data
