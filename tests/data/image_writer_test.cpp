// The fused pass against the same thing done slowly, pixel by pixel in double precision.
#include "data/formats/image_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "data/sample_files.h"
#include "data/split_mix.h"

namespace scalemark::data {
namespace {

constexpr Normalization kNormalization{{0.1F, 0.2F, 0.3F}, {0.5F, 0.25F, 0.125F}};

Bytes random_pixels(int height, int width) {
  SplitMix random(17);
  Bytes pixels(std::size_t{3} * height * width);
  for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.next());
  return pixels;
}

struct Source {
  int height;
  int width;
  Bytes pixels;
  double at(int y, int x, int channel) const { return pixels[3 * (y * width + x) + channel]; }
};

/// Bilinear with half-pixel centres, as torch.nn.functional.interpolate(align_corners=False) documents it.
double resized(const Source& source, int outputs, int y, int x, int channel) {
  const int crop = std::min(source.height, source.width);
  const int top = (source.height - crop) / 2;
  const int left = (source.width - crop) / 2;
  const auto place = [&](int position) { return std::max(0.0, (position + 0.5) * crop / outputs - 0.5); };
  const double down = place(y) - std::floor(place(y));
  const double right = place(x) - std::floor(place(x));
  const auto value = [&](int below, int beside) {
    return source.at(top + std::min(static_cast<int>(place(y)) + below, crop - 1),
                     left + std::min(static_cast<int>(place(x)) + beside, crop - 1), channel);
  };
  const double upper = value(0, 0) + (value(0, 1) - value(0, 0)) * right;
  const double lower = value(1, 0) + (value(1, 1) - value(1, 0)) * right;
  return upper + (lower - upper) * down;
}

double expected(const Source& source, int side, const Placement& placement, int y, int x, int channel) {
  const int row = y + placement.down;
  const int column = (placement.flipped ? side - 1 - x : x) + placement.right;
  const bool inside = row >= 0 && row < side && column >= 0 && column < side;
  const double pixel = inside ? resized(source, side, row, column, channel) : 0.0;
  return (pixel / 255 - kNormalization.mean[channel]) / kNormalization.standard_deviation[channel];
}

constexpr std::array kPlacements = {
    Placement{},           Placement{4, -4, false}, Placement{-3, 2, true}, Placement{0, 4, true},
    Placement{1, 0, true}, Placement{0, -1, true},  Placement{-4, 4, false}};

struct Sizes {
  int height;
  int width;
  int side;
};

class ImageWriterTest : public ::testing::TestWithParam<std::tuple<Sizes, bool>> {};

TEST_P(ImageWriterTest, WritesWhatCropFlipAndFormulaSay) {
  const auto [sizes, channels_last] = GetParam();
  const auto [height, width, side] = sizes;
  const Source source{height, width, random_pixels(height, width)};
  const ImageWriter writer(kNormalization, {3, side, side}, PixelType::kFloat32, channels_last);
  WriterScratch scratch;
  std::vector<float> image(std::size_t{3} * side * side);
  ASSERT_EQ(writer.image_bytes(), image.size() * sizeof(float));
  for (const Placement& placement : kPlacements) {
    writer.write({source.pixels.data(), height, width, 0}, placement, reinterpret_cast<std::byte*>(image.data()),
                 scratch);
    for (int i = 0; i < 3 * side * side; ++i) {
      const int channel = channels_last ? i % 3 : i / side / side;
      const int place = channels_last ? i / 3 : i % (side * side);
      ASSERT_NEAR(image[i], expected(source, side, placement, place / side, place % side, channel), 5e-5)
          << "value " << i << ", placement " << placement.down << ' ' << placement.right << ' ' << placement.flipped;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(SizesAndLayouts, ImageWriterTest,
                         ::testing::Combine(::testing::Values(Sizes{32, 32, 32}, Sizes{13, 13, 13}, Sizes{16, 16, 16},
                                                              Sizes{3, 3, 3}, Sizes{64, 64, 224}, Sizes{40, 50, 32},
                                                              Sizes{50, 40, 32}, Sizes{9, 9, 64}, Sizes{1, 1, 8}),
                                            ::testing::Bool()));

std::vector<std::byte> written(const ImageWriter& writer, const Source& source, const Placement& placement) {
  WriterScratch scratch;
  std::vector<std::byte> image(writer.image_bytes());
  writer.write({source.pixels.data(), source.height, source.width, 0}, placement, image.data(), scratch);
  return image;
}

TEST_P(ImageWriterTest, WritesTheSameBitsWithEveryVectorUnit) {
  const auto [sizes, channels_last] = GetParam();
  const ImageShape shape{3, sizes.side, sizes.side};
  const Source source{sizes.height, sizes.width, random_pixels(sizes.height, sizes.width)};
  for (const auto type : {PixelType::kFloat64, PixelType::kFloat32, PixelType::kBfloat16, PixelType::kFloat16}) {
    const ImageWriter plain(kNormalization, shape, type, channels_last, VectorUnit::kAny);
    for (const auto unit : {VectorUnit::kAvx2, VectorUnit::kAvx512}) {
      if (unit > best_vector_unit()) continue;
      const ImageWriter vectorised(kNormalization, shape, type, channels_last, unit);
      for (const Placement& placement : kPlacements) {
        ASSERT_EQ(written(vectorised, source, placement), written(plain, source, placement))
            << "type " << static_cast<int>(type) << ", unit " << static_cast<int>(unit);
      }
    }
  }
}

TEST(ImageWriterTest, AveragesBeforeItShrinksALot) {
  // Columns in black and white by turns: without averaging every pixel would be one of them.
  Bytes pixels(std::size_t{3} * 64 * 64);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = i / 3 % 2 == 0 ? 0 : 254;
  const ImageWriter writer({{0, 0, 0}, {1, 1, 1}}, {3, 16, 16}, PixelType::kFloat32, true);
  std::vector<float> image(std::size_t{3} * 16 * 16);
  WriterScratch scratch;
  writer.write({pixels.data(), 64, 64, 0}, {}, reinterpret_cast<std::byte*>(image.data()), scratch);
  for (const float value : image) EXPECT_NEAR(value, 127.0 / 255, 1e-6);
}

TEST(AugmentationTest, DependsOnSeedEpochAndImageAlone) {
  const auto draw = [](std::uint64_t seed, std::int64_t epoch, std::int64_t image) {
    return draw_placement(Augmentation::kPadCropFlip, seed, epoch, image);
  };
  EXPECT_EQ(draw(1, 2, 3), draw(1, 2, 3));
  int same = 0;
  for (int i = 0; i < 1000; ++i) {
    same += static_cast<int>(draw(1, 0, i) == draw(1, 1, i)) + static_cast<int>(draw(1, 0, i) == draw(2, 0, i)) +
            static_cast<int>(draw(1, 0, i) == draw(1, 0, i + 1));
  }
  EXPECT_LT(same, 3000 / 162 * 2);  // one of 162 by chance
  EXPECT_EQ(draw_placement(Augmentation::kNone, 1, 2, 3), Placement());
}

TEST(AugmentationTest, DrawsEveryCropAndFlipEquallyOften) {
  // RandomCrop(32, padding=4) draws both offsets from 9 values, RandomHorizontalFlip from 2.
  constexpr int kDraws = 162'000;
  std::vector<double> counts(162);
  for (int i = 0; i < kDraws; ++i) {
    const Placement placement = draw_placement(Augmentation::kPadCropFlip, 5, i / 1000, i % 1000);
    ASSERT_LE(std::max(std::abs(placement.down), std::abs(placement.right)), kPadding);
    ++counts[(placement.down + 4) * 18 + (placement.right + 4) * 2 + (placement.flipped ? 1 : 0)];
  }
  double chi_square = 0;
  for (const double count : counts) chi_square += std::pow(count - kDraws / 162.0, 2) / (kDraws / 162.0);
  // 161 degrees of freedom: mean 161, standard deviation 18.
  EXPECT_GT(chi_square, 161 - 4 * 18);
  EXPECT_LT(chi_square, 161 + 4 * 18);
}

}  // namespace
}  // namespace scalemark::data
