#include "data/random_crop.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "data/split_mix.h"

namespace scalemark::data {
namespace {

constexpr double kLeastArea = 0.08;
constexpr double kLeastRatio = 3.0 / 4;
constexpr double kMostRatio = 4.0 / 3;
constexpr int kTries = 10;
constexpr std::ptrdiff_t kRgb = 3;
constexpr int kWeightBits = 22;  // two bits of 32 are left for sums beyond 255, and eight for the byte

/// Uniform in [low, high).
double uniform(SplitMix& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random.next() >> 11) * 0x1p-53;
}

int below(SplitMix& random, int bound) { return static_cast<int>(random.below(static_cast<std::uint64_t>(bound))); }

/// The largest part around the centre whose proportions are allowed.
CropBox central_crop(int height, int width) {
  CropBox box{0, 0, height, width, false};
  const double ratio = static_cast<double>(width) / height;
  if (ratio < kLeastRatio) box.height = static_cast<int>(std::nearbyint(width / kLeastRatio));
  if (ratio > kMostRatio) box.width = static_cast<int>(std::nearbyint(height * kMostRatio));
  box.top = (height - box.height) / 2;
  box.left = (width - box.width) / 2;
  return box;
}

CropBox draw_box(SplitMix& random, int height, int width) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const double area = static_cast<double>(height) * width * uniform(random, kLeastArea, 1);
    const double ratio = std::exp(uniform(random, std::log(kLeastRatio), std::log(kMostRatio)));
    const int box_width = static_cast<int>(std::nearbyint(std::sqrt(area * ratio)));
    const int box_height = static_cast<int>(std::nearbyint(std::sqrt(area / ratio)));
    if (box_width < 1 || box_width > width || box_height < 1 || box_height > height) continue;
    const int top = below(random, height - box_height + 1);
    return {top, below(random, width - box_width + 1), box_height, box_width, false};
  }
  return central_crop(height, width);
}

int rounded(double value) { return static_cast<int>(std::floor(value + 0.5)); }

std::uint8_t to_byte(int sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255)); }

/// Which source pixels an output pixel is made of, along one axis, and their weights. Returns the most of them.
int weigh(int sources, int outputs, ResizeScratch& scratch) {
  const double scale = static_cast<double>(sources) / outputs;
  const double support = std::max(scale, 1.0);
  const int most = static_cast<int>(std::ceil(support)) * 2 + 1;
  scratch.weights.assign(static_cast<std::size_t>(outputs) * most, 0);
  scratch.firsts.resize(outputs);
  scratch.counts.resize(outputs);
  std::vector<double> triangle(most);
  for (int output = 0; output < outputs; ++output) {
    const double centre = (output + 0.5) * scale;
    const int first = std::max(0, rounded(centre - support));
    const int count = std::min(sources, rounded(centre + support)) - first;
    double sum = 0;
    for (int i = 0; i < count; ++i) {
      triangle[i] = std::max(0.0, 1 - std::abs((i + first - centre + 0.5) / support));
      sum += triangle[i];
    }
    for (int i = 0; i < count; ++i)
      scratch.weights[output * most + i] = rounded(triangle[i] / sum * (1 << kWeightBits));
    scratch.firsts[output] = first;
    scratch.counts[output] = count;
  }
  return most;
}

/// One output pixel from `count` source pixels that lie `step` bytes apart.
void add_up(const std::uint8_t* source, std::ptrdiff_t step, const int* weights, int count, std::uint8_t* output) {
  constexpr int kHalf = 1 << (kWeightBits - 1);
  int red = kHalf, green = kHalf, blue = kHalf;
  for (int i = 0; i < count; ++i, source += step) {
    red += source[0] * weights[i];
    green += source[1] * weights[i];
    blue += source[2] * weights[i];
  }
  output[0] = to_byte(red);
  output[1] = to_byte(green);
  output[2] = to_byte(blue);
}

}  // namespace

CropBox draw_crop(int height, int width, std::uint64_t seed, std::int64_t epoch, std::int64_t image) {
  constexpr std::uint64_t kCropStream = 0x63726f70;  // "crop": apart from the sampler's and pad-crop-flip's
  const std::uint64_t of_epoch = substream(substream(seed, kCropStream), static_cast<std::uint64_t>(epoch));
  SplitMix random(substream(of_epoch, static_cast<std::uint64_t>(image)));
  CropBox box = draw_box(random, height, width);
  box.flipped = random.below(2) == 1;
  return box;
}

void resize_crop(const ImageView& image, const CropBox& box, const ImageShape& shape, ResizeScratch& scratch,
                 std::uint8_t* output) {
  const std::ptrdiff_t stride = kRgb * image.width;
  const std::uint8_t* corner = image.pixels + box.top * stride + box.left * kRgb;
  const std::ptrdiff_t row_bytes = kRgb * shape.width;
  scratch.rows.resize(static_cast<std::size_t>(row_bytes) * box.height);
  std::ptrdiff_t most = weigh(box.width, shape.width, scratch);
  for (int y = 0; y < box.height; ++y) {
    std::uint8_t* row = scratch.rows.data() + y * row_bytes;
    for (int x = 0; x < shape.width; ++x) {
      const int place = box.flipped ? shape.width - 1 - x : x;
      add_up(corner + y * stride + scratch.firsts[x] * kRgb, kRgb, scratch.weights.data() + x * most, scratch.counts[x],
             row + place * kRgb);
    }
  }
  most = weigh(box.height, shape.height, scratch);
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      add_up(scratch.rows.data() + scratch.firsts[y] * row_bytes + x * kRgb, row_bytes,
             scratch.weights.data() + y * most, scratch.counts[y], output + y * row_bytes + x * kRgb);
    }
  }
}

}  // namespace scalemark::data
