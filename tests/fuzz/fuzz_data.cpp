#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.h"
#include "data/dataset.h"
#include "data/formats/file_bytes.h"
#include "data/formats/idx.h"
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

bool fuzz_image(const std::filesystem::path& path) {
  constexpr int kSides[] = {64, 20};
  data::ImageScratch scratch;
  const auto stored = data::read_into(path.string(), scratch.stored);
  try {
    for (const int side : kSides) {
      const data::DecodedImage image = scratch.decoder.decode(stored, side, scratch.pixels);
      const std::size_t bytes = std::size_t{3} * image.height * image.width;
      if (image.height < 1 || image.width < 1 || scratch.pixels.size() != bytes)
        throw std::logic_error("sizes and pixels disagree");
    }
    return true;
  } catch (const data::ImageError&) {
    return false;
  }
}

bool fuzz_pack(const std::filesystem::path& path) {
  try {
    const auto dataset = data::open_dataset(
        {.name = "image-folder", .path = path, .images = {}, .image_size = 64, .classes = 0}, data::Split::kTrain);
    data::ImageScratch scratch;
    for (std::int64_t i = 0; i < dataset->size(); ++i) {
      if (dataset->read(i, scratch).label >= dataset->classes()) throw std::logic_error("a label beyond the classes");
    }
    return true;
  } catch (const InputError& error) {
    if (!std::string(error.what()).starts_with(path.string()))
      throw std::logic_error(std::string("a refusal without its file: ") + error.what());
    return false;
  }
}

}  // namespace scalemark::fuzz
