#include "data/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <stdexcept>

#include "core/error.h"
#include "data/cifar10.h"
#include "data/fashion_mnist.h"
#include "data/synthetic.h"

namespace scalemark::data {
namespace {

struct Kind {
  const char* name;
  const char* default_path;
  std::unique_ptr<Dataset> (*open)(const DatasetOptions&, Split);
};

constexpr std::array<Kind, 3> kKinds{{
    {"cifar10", "data/cifar-10-batches-bin", open_cifar10},
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist", open_fashion_mnist},
    {"synthetic", "", open_synthetic},
}};

const Kind& find_kind(const std::string& name) {
  for (const Kind& kind : kKinds) {
    if (name == kind.name) return kind;
  }
  throw InputError(
      fmt::format("dataset.name: unknown data set '{}'; allowed: {}", name, fmt::join(dataset_names(), ", ")));
}

}  // namespace

void Dataset::check_read(std::int64_t index, std::span<const std::uint8_t> pixels) const {
  if (index < 0 || index >= size()) {
    throw std::out_of_range(fmt::format("image {} of a data set of {} images", index, size()));
  }
  if (static_cast<std::int64_t>(pixels.size()) != shape().bytes()) {
    throw std::invalid_argument(fmt::format("{} bytes given for an image of {}", pixels.size(), shape().bytes()));
  }
}

std::unique_ptr<Dataset> open_dataset(const DatasetOptions& options, Split split) {
  const Kind& kind = find_kind(options.name);
  DatasetOptions resolved = options;
  if (resolved.path.empty()) resolved.path = kind.default_path;
  return kind.open(resolved, split);
}

std::filesystem::path default_path(const std::string& name) { return find_kind(name).default_path; }

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  names.reserve(kKinds.size());
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

}  // namespace scalemark::data
