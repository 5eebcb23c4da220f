#include "data/image_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace scalemark::data {
namespace {

constexpr std::ptrdiff_t kChannels = 3;

/// The part of a row of `width` pixels that a crop shifted by `right` keeps, and where it lies in the crop.
struct Overlap {
  int source;
  int output;
  int pixels;
};

Overlap overlap(int width, const Placement& placement) {
  const int pixels = std::max(0, width - std::abs(placement.right));
  const int output = std::max(0, -placement.right);
  return {std::max(0, placement.right), placement.flipped ? width - output - pixels : output, pixels};
}

Tap make_tap(int position, int outputs, int sources) {
  const float ratio = static_cast<float>(sources) / static_cast<float>(outputs);
  const float place = std::max(0.0F, (static_cast<float>(position) + 0.5F) * ratio - 0.5F);
  const int first = std::min(static_cast<int>(place), sources - 1);
  return {first, std::min(first + 1, sources - 1), std::min(place - static_cast<float>(first), 1.0F)};
}

/// Averages 2 x 2 pixels. `output` may be where `source` lies: it is written behind what is read.
ImageView halve(const ImageView& source, std::vector<std::uint8_t>& output) {
  const ImageView half{output.data(), source.height / 2, source.width / 2, source.label};
  std::uint8_t* value = output.data();
  for (int y = 0; y < half.height; ++y) {
    const std::uint8_t* top = source.pixels + std::ptrdiff_t{6} * y * source.width;
    const std::uint8_t* bottom = top + kChannels * source.width;
    for (int x = 0; x < half.width; ++x, top += 6, bottom += 6) {
      for (int c = 0; c < 3; ++c) {
        *value++ = static_cast<std::uint8_t>((top[c] + top[c + 3] + bottom[c] + bottom[c + 3] + 2) / 4);
      }
    }
  }
  return half;
}

/// Halves as long as both sides stay large enough for `shape`.
ImageView shrunk(ImageView image, const ImageShape& shape, std::vector<std::uint8_t>& halved) {
  const auto large = [&] { return image.height >= 2 * shape.height && image.width >= 2 * shape.width; };
  if (large()) halved.resize(std::size_t{3} * (image.height / 2) * (image.width / 2));
  while (large()) image = halve(image, halved);
  return image;
}

/// The largest part around the centre that has the shape's proportions; its rows lie `image.width` pixels apart.
ImageView centre_crop(const ImageView& image, const ImageShape& shape) {
  ImageView crop = image;
  if (std::int64_t{1} * image.width * shape.height > std::int64_t{1} * image.height * shape.width) {
    crop.width = std::max(1, static_cast<int>(std::int64_t{1} * image.height * shape.width / shape.height));
  } else {
    crop.height = std::max(1, static_cast<int>(std::int64_t{1} * image.width * shape.height / shape.width));
  }
  const std::ptrdiff_t row = (image.height - crop.height) / 2;
  crop.pixels += 3 * (row * image.width + (image.width - crop.width) / 2);
  return crop;
}

}  // namespace

template <typename Value>
ImageWriter::Coefficients<Value> ImageWriter::make_coefficients(const Normalization& normalization) const {
  Coefficients<Value> of;
  for (int i = 0; i < 3 * shape_.width; ++i) {
    const int channel = channels_last_ ? i % 3 : i / shape_.width;
    const double mean = normalization.mean[channel];
    const double deviation = normalization.standard_deviation[channel];
    of.scale.push_back(static_cast<Wide<Value>>(1 / (255 * deviation)));
    of.offset.push_back(static_cast<Wide<Value>>(-mean / deviation));
  }
  return of;
}

ImageWriter::AnyCoefficients ImageWriter::make_coefficients(const Normalization& normalization) const {
  switch (type_) {
    case PixelType::kFloat64:
      return make_coefficients<double>(normalization);
    case PixelType::kFloat32:
      return make_coefficients<float>(normalization);
    case PixelType::kBfloat16:
      return make_coefficients<Bfloat16>(normalization);
    case PixelType::kFloat16:
      return make_coefficients<Float16>(normalization);
  }
  throw std::invalid_argument("no such pixel type");
}

ImageWriter::ImageWriter(const Normalization& normalization, const ImageShape& shape, PixelType type,
                         bool channels_last)
    : shape_(shape), type_(type), channels_last_(channels_last), coefficients_(make_coefficients(normalization)) {
  if (shape.channels != 3) throw std::invalid_argument("images are loaded with 3 channels only");
}

// A row of the batch is one run of values, or one per channel: calls write_run(first value of the row, count, where).
template <typename Value, typename WriteRun>
void ImageWriter::write_runs(int row, Value* image, WriteRun&& write_run) const {
  const auto width = static_cast<std::size_t>(shape_.width);
  if (channels_last_) {
    write_run(std::size_t{0}, 3 * width, image + 3 * width * row);
    return;
  }
  const std::size_t plane = width * shape_.height;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    write_run(channel * width, width, image + channel * plane + width * row);
  }
}

template <typename Value>
void ImageWriter::write_bytes(const Coefficients<Value>& of, const std::uint8_t* row, int y, Value* image,
                              RowScratch& scratch) const {
  if (!channels_last_) {
    scratch.planes.resize(3 * static_cast<std::size_t>(shape_.width));
    split_channels(row, shape_.width, scratch.planes.data());
    row = scratch.planes.data();
  }
  write_runs(y, image, [&](std::size_t first, std::size_t count, Value* output) {
    scale_row(row + first, of.scale.data() + first, of.offset.data() + first, count, output);
  });
}

const std::uint8_t* ImageWriter::placed_row(const ImageView& source, const Placement& placement, int y,
                                            RowScratch& scratch) const {
  const int row = y + placement.down;
  const std::uint8_t* pixels = source.pixels + kChannels * row * source.width;
  if (placement.right == 0 && !placement.flipped && row >= 0 && row < source.height) return pixels;
  scratch.placed.assign(kReverseSlackBytes + 3 * static_cast<std::size_t>(shape_.width), 0);
  std::uint8_t* placed = scratch.placed.data() + kReverseSlackBytes;
  if (row < 0 || row >= source.height) return placed;
  const Overlap part = overlap(source.width, placement);
  std::uint8_t* output = placed + kChannels * part.output;
  const std::uint8_t* kept = pixels + kChannels * part.source;
  if (!placement.flipped) {
    std::memcpy(output, kept, std::size_t{3} * part.pixels);
    return placed;
  }
  reverse_pixels(kept, part.pixels, output);
  output[-1] = 0;  // the border's, which reversing wrote over
  return placed;
}

template <typename Value>
void ImageWriter::write_same_size(const Coefficients<Value>& of, const ImageView& source, const Placement& placement,
                                  Value* image, RowScratch& scratch) const {
  for (int y = 0; y < shape_.height; ++y) {
    write_bytes(of, placed_row(source, placement, y, scratch), y, image, scratch);
  }
}

const float* ImageWriter::resized_row(const ImageView& crop, int stride, int source_row, const Placement& placement,
                                      RowScratch& scratch) const {
  const std::size_t slot = source_row % 2;
  auto& row = scratch.horizontal[slot];
  if (scratch.horizontal_of[slot] == source_row) return row.data();
  scratch.horizontal_of[slot] = source_row;
  row.assign(3 * static_cast<std::size_t>(shape_.width), 0.0F);
  const std::uint8_t* pixels = crop.pixels + kChannels * source_row * stride;
  const Overlap part = overlap(shape_.width, placement);
  const std::ptrdiff_t pixel_step = channels_last_ ? kChannels : 1;
  const std::ptrdiff_t channel_step = channels_last_ ? 1 : shape_.width;
  const int last = part.output + part.pixels - 1;
  for (int i = 0; i < part.pixels; ++i) {
    const Tap& tap = scratch.columns[part.source + i];
    const std::uint8_t* left = pixels + kChannels * tap.first;
    const std::uint8_t* right = pixels + kChannels * tap.second;
    float* output = row.data() + pixel_step * (placement.flipped ? last - i : part.output + i);
    for (int c = 0; c < 3; ++c) {
      const auto from = static_cast<float>(left[c]);
      output[c * channel_step] = from + (static_cast<float>(right[c]) - from) * tap.weight;
    }
  }
  return row.data();
}

template <typename Value>
void ImageWriter::write_resized(const Coefficients<Value>& of, const ImageView& source, const Placement& placement,
                                Value* image, RowScratch& scratch) const {
  const ImageView small = shrunk(source, shape_, scratch.halved);
  const ImageView crop = centre_crop(small, shape_);
  scratch.columns.clear();
  for (int x = 0; x < shape_.width; ++x) scratch.columns.push_back(make_tap(x, shape_.width, crop.width));
  scratch.horizontal_of = {-1, -1};
  for (int y = 0; y < shape_.height; ++y) {
    const int row = y + placement.down;
    if (row < 0 || row >= shape_.height) {
      scratch.placed.assign(3 * static_cast<std::size_t>(shape_.width), 0);
      write_bytes(of, scratch.placed.data(), y, image, scratch);
      continue;
    }
    const Tap tap = make_tap(row, shape_.height, crop.height);
    const float* top = resized_row(crop, small.width, tap.first, placement, scratch);
    const float* bottom = resized_row(crop, small.width, tap.second, placement, scratch);
    write_runs(y, image, [&](std::size_t first, std::size_t count, Value* output) {
      scale_between(top + first, bottom + first, tap.weight, of.scale.data() + first, of.offset.data() + first, count,
                    output);
    });
  }
}

void ImageWriter::write(const ImageView& image, const Placement& placement, std::byte* destination,
                        RowScratch& scratch) const {
  const bool same_size = image.height == shape_.height && image.width == shape_.width;
  std::visit(
      [&]<typename Value>(const Coefficients<Value>& of) {
        auto* values = reinterpret_cast<Value*>(destination);
        same_size ? write_same_size(of, image, placement, values, scratch)
                  : write_resized(of, image, placement, values, scratch);
      },
      coefficients_);
}

}  // namespace scalemark::data
