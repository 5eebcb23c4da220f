#include "data/loader/resident_images.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace scalemark::data {

std::string resident_obstacle(const Dataset& dataset) {
  if (dataset.encoding() != Encoding::kPixels)
    return "the data set holds compressed images, whose decoding is measured";
  if (dataset.waits_for_storage()) return "dataset.storage asks for every image to be waited for";
  const ImageShape shape = dataset.shape();
  ImageScratch scratch;
  const ImageView first = dataset.read(0, scratch);
  if (first.height == shape.height && first.width == shape.width) return {};
  return fmt::format("images of {} x {} pixels have to be resized to {} x {}", first.height, first.width, shape.height,
                     shape.width);
}

std::int64_t resident_bytes(const Dataset& dataset) {
  return dataset.size() * (dataset.shape().bytes() + static_cast<std::int64_t>(sizeof(std::int64_t)));
}

ResidentImages make_resident(const Dataset& dataset, const at::Device& device) {
  const ImageShape shape = dataset.shape();
  const auto images = at::empty({dataset.size(), shape.height, shape.width, shape.channels}, at::kByte);
  const auto labels = at::empty({dataset.size()}, at::kLong);
  auto* pixels = images.mutable_data_ptr<std::uint8_t>();
  auto* label = labels.mutable_data_ptr<std::int64_t>();
  ImageScratch scratch;
  for (std::int64_t index = 0; index < dataset.size(); ++index, pixels += shape.bytes()) {
    const ImageView image = dataset.read(index, scratch);
    if (image.height != shape.height || image.width != shape.width) {
      throw std::logic_error(
          fmt::format("image {} has {} x {} pixels, unlike the first", index, image.height, image.width));
    }
    std::memcpy(pixels, image.pixels, shape.bytes());
    *label++ = image.label;
  }
  return {images.to(device), labels.to(device), dataset.normalization()};
}

}  // namespace scalemark::data
