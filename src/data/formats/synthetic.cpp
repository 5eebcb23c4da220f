#include <fmt/format.h>

#include <array>
#include <vector>

#include "core/error.h"
#include "data/formats/open_formats.h"
#include "data/split_mix.h"

namespace scalemark::data {
namespace {

constexpr int kCells = 4;  // per side of a class's pattern: coarse enough to survive strides and pooling
constexpr int kLargestImageSize = 4096;
constexpr int kMostClasses = 65536;

// A cell's brightness is 64 to 191 and the noise -64 to 63, so that no pixel is clipped.
constexpr int kDarkestCell = 64;
constexpr int kNoiseOffset = 64;

using Pattern = std::array<std::array<std::array<std::uint8_t, kCells>, kCells>, 3>;

std::vector<Pattern> make_patterns(int classes, std::uint64_t seed) {
  std::vector<Pattern> patterns(classes);
  for (std::size_t label = 0; label < patterns.size(); ++label) {
    SplitMix random(substream(seed, label));
    for (auto& plane : patterns[label]) {
      for (auto& row : plane) {
        for (auto& cell : row) cell = static_cast<std::uint8_t>(kDarkestCell + random.below(128));
      }
    }
  }
  return patterns;
}

void write_noise(SplitMix& random, std::span<std::uint8_t> pixels) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (i % 8 == 0) bits = random.next();
    pixels[i] = static_cast<std::uint8_t>(bits & 127);
    bits >>= 8;
  }
}

class Synthetic final : public Dataset {
 public:
  Synthetic(std::int64_t size, int image_size, int classes, std::uint64_t seed, Split split)
      : size_(size),
        image_size_(image_size),
        image_seed_(substream(seed, split == Split::kTrain ? 1 : 2)),
        patterns_(make_patterns(classes, substream(seed, 0))) {}

  std::int64_t size() const override { return size_; }
  ImageShape shape() const override { return {3, image_size_, image_size_}; }
  int classes() const override { return static_cast<int>(patterns_.size()); }
  Normalization normalization() const override { return {{0.5F, 0.5F, 0.5F}, {0.25F, 0.25F, 0.25F}}; }

  // Nothing is stored: the image is made when it is decoded.
  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const override {
    check_index(index);
    return {};
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> /*stored*/, ImageScratch& scratch) const override {
    check_index(index);
    SplitMix random(substream(image_seed_, static_cast<std::uint64_t>(index)));
    const std::uint64_t label = random.below(patterns_.size());
    scratch.pixels.resize(shape().bytes());
    write_noise(random, scratch.pixels);
    add_pattern(patterns_[label], scratch.pixels);
    return {scratch.pixels.data(), image_size_, image_size_, static_cast<std::int64_t>(label)};
  }

 private:
  void add_pattern(const Pattern& pattern, std::span<std::uint8_t> pixels) const {
    std::uint8_t* pixel = pixels.data();
    for (int y = 0; y < image_size_; ++y) {
      for (int x = 0; x < image_size_; ++x) {
        for (const auto& plane : pattern) {
          const int cell = plane[y * kCells / image_size_][x * kCells / image_size_];
          *pixel = static_cast<std::uint8_t>(*pixel + cell - kNoiseOffset);
          ++pixel;
        }
      }
    }
  }

  std::int64_t size_;
  int image_size_;
  std::uint64_t image_seed_;
  std::vector<Pattern> patterns_;
};

void check_range(const char* key, std::int64_t value, std::int64_t largest) {
  if (value >= 1 && value <= largest) return;
  throw InputError(fmt::format("dataset.{}: {} is not possible with synthetic; allowed: 1 to {}", key, value, largest));
}

}  // namespace

std::unique_ptr<Dataset> open_synthetic(const DatasetOptions& options, Split split) {
  constexpr std::int64_t kMostImages = std::int64_t{1} << 40;
  const std::int64_t size = options.images.value_or(split == Split::kTrain ? 50'000 : 10'000);
  check_range("images", size, kMostImages);
  check_range("image_size", options.image_size, kLargestImageSize);
  check_range("classes", options.classes, kMostClasses);
  return std::make_unique<Synthetic>(size, options.image_size, options.classes, options.seed, split);
}

}  // namespace scalemark::data
