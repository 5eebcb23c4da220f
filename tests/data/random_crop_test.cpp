// What random-resized-crop-flip draws and resizes; torchvision_random_crops.py compares both with torchvision's.
#include "data/random_crop.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace scalemark::data {
namespace {

constexpr std::uint64_t kCropSeed = 3;

TEST(RandomCrop, IsDecidedBySeedEpochAndImage) {
  const CropBox box = draw_crop(100, 200, kCropSeed, 1, 2);
  EXPECT_EQ(draw_crop(100, 200, kCropSeed, 1, 2), box);
  EXPECT_NE(draw_crop(100, 200, kCropSeed + 1, 1, 2), box);
  EXPECT_NE(draw_crop(100, 200, kCropSeed, 2, 2), box);
  EXPECT_NE(draw_crop(100, 200, kCropSeed, 1, 3), box);
}

TEST(RandomCrop, LiesInImagesOfAnySize) {
  for (const auto& [height, width] : {std::pair{1, 1}, {1, 500}, {500, 1}, {3, 5}, {375, 500}}) {
    for (int image = 0; image < 200; ++image) {
      const CropBox box = draw_crop(height, width, kCropSeed, 0, image);
      EXPECT_TRUE(box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0);
      EXPECT_TRUE(box.top + box.height <= height && box.left + box.width <= width) << height << " x " << width;
    }
  }
}

// None of ten tries fits: torchvision then takes the part around the centre whose sides are as 4 to 3.
TEST(RandomCrop, OfANarrowImageIsTheMiddle) {
  const CropBox box = draw_crop(12, 4000, kCropSeed, 0, 0);
  EXPECT_EQ(std::tuple(box.top, box.height, box.width), std::tuple(0, 12, 16));
  EXPECT_EQ(box.left, (4000 - 16) / 2);
}

TEST(RandomCrop, OfItsOwnSizeIsCopiedAndFlipped) {
  std::vector<std::uint8_t> pixels(std::size_t{3} * 4 * 6);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(3 * i);
  const ImageView image{pixels.data(), 4, 6, 0};
  std::vector<std::uint8_t> output(std::size_t{3} * 2 * 3);
  ResizeScratch scratch;
  for (const bool flipped : {false, true}) {
    resize_crop(image, {1, 2, 2, 3, flipped}, {3, 2, 3}, scratch, output.data());
    for (int y = 0; y < 2; ++y) {
      for (int x = 0; x < 3; ++x) {
        const int from = 2 + (flipped ? 2 - x : x);
        for (int c = 0; c < 3; ++c) EXPECT_EQ(output[3 * (3 * y + x) + c], pixels[3 * (6 * (1 + y) + from) + c]);
      }
    }
  }
}

}  // namespace
}  // namespace scalemark::data
