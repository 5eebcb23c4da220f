#include <functional>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "core/error.h"
#include "data/dataset.h"
#include "data/idx.h"
#include "fuzz/fuzz_targets.h"

namespace scalemark::fuzz {

bool fuzz_idx(const std::filesystem::path& path) {
  constexpr std::size_t kDimensions = 3;
  try {
    const data::IdxArray array = data::read_idx(path, kDimensions);
    const auto count = std::accumulate(array.sizes.begin(), array.sizes.end(), std::int64_t{1}, std::multiplies<>());
    if (static_cast<std::size_t>(count) != array.values().size()) throw std::logic_error("sizes and values disagree");
    return true;
  } catch (const InputError&) {
    return false;
  }
}

bool fuzz_cifar10(const std::filesystem::path& path) {
  try {
    const auto dataset = data::open_dataset({.name = "cifar10", .path = path.parent_path()}, data::Split::kTest);
    data::ImageScratch scratch;
    for (std::int64_t i = 0; i < dataset->size(); ++i) {
      if (dataset->read(i, scratch).label >= dataset->classes()) throw std::logic_error("a label beyond the classes");
    }
    return true;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace scalemark::fuzz
