#include "data/formats/image_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace scalemark::data {
namespace {

constexpr std::ptrdiff_t kChannels = 3;

/// The part of an axis that a crop shifted by `shift` keeps, and where it lies in the crop.
struct Overlap {
  int source;
  int output;
  int kept;
};

Overlap overlap(int size, int shift) {
  const int lost = std::min(size, std::abs(shift));
  return shift > 0 ? Overlap{lost, 0, size - lost} : Overlap{0, lost, size - lost};
}

/// The same along a row, which may be flipped.
Overlap overlap(int width, const Placement& placement) {
  Overlap part = overlap(width, placement.right);
  if (placement.flipped) part.output = width - part.output - part.kept;
  return part;
}

/// The image as it lies in its frame.
const std::uint8_t* framed(VectorUnit unit, const ImageView& image, const Placement& placement,
                           std::vector<std::uint8_t>& frame) {
  if (placement == Placement()) return image.pixels;
  const Overlap rows = overlap(image.height, placement.down);
  const Overlap columns = overlap(image.width, placement);
  const std::size_t row_bytes = std::size_t{3} * image.width;
  frame.resize(image.height * row_bytes + kFrameSlackBytes);
  std::memset(frame.data(), 0, rows.output * row_bytes);
  std::uint8_t* output = frame.data() + rows.output * row_bytes;
  frame_rows(unit,
             {.pixels = image.pixels + rows.source * row_bytes + kChannels * columns.source,
              .stride_bytes = row_bytes,
              .rows = rows.kept,
              .left = static_cast<std::size_t>(columns.output),
              .kept = static_cast<std::size_t>(columns.kept),
              .right = static_cast<std::size_t>(image.width - columns.output - columns.kept),
              .flipped = placement.flipped},
             output);
  std::memset(output + rows.kept * row_bytes, 0, (image.height - rows.output - rows.kept) * row_bytes);
  return frame.data();
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
ImageWriter::Scalings<Value> ImageWriter::make_scalings(const Normalization& normalization) const {
  Scalings<Value> scalings;
  for (int plane = 0; plane < planes(); ++plane) {
    for (std::size_t i = 0; i < Scaling<Value>::kPeriod; ++i) {
      const std::size_t channel = channels_last_ ? i % 3 : plane;
      const double mean = normalization.mean[channel];
      const double deviation = normalization.standard_deviation[channel];
      scalings[plane].scale[i] = static_cast<Wide<Value>>(1 / (255 * deviation));
      scalings[plane].offset[i] = static_cast<Wide<Value>>(-mean / deviation);
    }
  }
  return scalings;
}

ImageWriter::AnyScalings ImageWriter::make_scalings(const Normalization& normalization) const {
  switch (type_) {
    case PixelType::kFloat64:
      return make_scalings<double>(normalization);
    case PixelType::kFloat32:
      return make_scalings<float>(normalization);
    case PixelType::kBfloat16:
      return make_scalings<Bfloat16>(normalization);
    case PixelType::kFloat16:
      return make_scalings<Float16>(normalization);
  }
  throw std::invalid_argument("no such pixel type");
}

ImageWriter::ImageWriter(const Normalization& normalization, const ImageShape& shape, PixelType type,
                         bool channels_last, VectorUnit unit)
    : shape_(shape), type_(type), channels_last_(channels_last), unit_(unit), scalings_(make_scalings(normalization)) {
  if (shape.channels != 3) throw std::invalid_argument("images are loaded with 3 channels only");
}

template <typename Value>
void ImageWriter::write_pixels(const Scalings<Value>& scalings, const std::uint8_t* pixels, int rows, Value* output,
                               WriterScratch& scratch) const {
  const std::size_t area = static_cast<std::size_t>(shape_.width) * rows;
  if (!channels_last_) {
    scratch.planes.resize(3 * area);
    split_channels(unit_, pixels, area, scratch.planes.data());
    pixels = scratch.planes.data();
  }
  const std::size_t values = 3 * area / planes();
  for (int plane = 0; plane < planes(); ++plane) {
    scale_pixels(unit_, pixels + plane * values, scalings[plane], values, output + plane * plane_values());
  }
}

const float* ImageWriter::resized_row(const ImageView& crop, int stride, int source_row, const Placement& placement,
                                      WriterScratch& scratch) const {
  const std::size_t slot = source_row % 2;
  auto& row = scratch.horizontal[slot];
  if (scratch.horizontal_of[slot] == source_row) return row.data();
  scratch.horizontal_of[slot] = source_row;
  row.assign(3 * static_cast<std::size_t>(shape_.width), 0.0F);
  const std::uint8_t* pixels = crop.pixels + kChannels * source_row * stride;
  const Overlap part = overlap(shape_.width, placement);
  const std::ptrdiff_t pixel_step = channels_last_ ? kChannels : 1;
  const std::ptrdiff_t channel_step = channels_last_ ? 1 : shape_.width;
  const int last = part.output + part.kept - 1;
  for (int i = 0; i < part.kept; ++i) {
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
void ImageWriter::write_resized(const Scalings<Value>& scalings, const ImageView& source, const Placement& placement,
                                Value* image, WriterScratch& scratch) const {
  const ImageView small = shrunk(source, shape_, scratch.halved);
  const ImageView crop = centre_crop(small, shape_);
  scratch.columns.clear();
  for (int x = 0; x < shape_.width; ++x) scratch.columns.push_back(make_tap(x, shape_.width, crop.width));
  scratch.horizontal_of = {-1, -1};
  const std::size_t values = std::size_t{3} * shape_.width / planes();
  Value* output = image;
  for (int y = 0; y < shape_.height; ++y, output += values) {
    const int row = y + placement.down;
    if (row < 0 || row >= shape_.height) {
      scratch.frame.assign(std::size_t{3} * shape_.width, 0);
      write_pixels(scalings, scratch.frame.data(), 1, output, scratch);
      continue;
    }
    const Tap tap = make_tap(row, shape_.height, crop.height);
    const float* top = resized_row(crop, small.width, tap.first, placement, scratch);
    const float* bottom = resized_row(crop, small.width, tap.second, placement, scratch);
    for (int plane = 0; plane < planes(); ++plane) {
      scale_between(unit_, top + plane * values, bottom + plane * values, tap.weight, scalings[plane], values,
                    output + plane * plane_values());
    }
  }
}

void ImageWriter::write(const ImageView& image, const Placement& placement, std::byte* destination,
                        WriterScratch& scratch) const {
  const bool same_size = image.height == shape_.height && image.width == shape_.width;
  std::visit(
      [&]<typename Value>(const Scalings<Value>& scalings) {
        auto* values = reinterpret_cast<Value*>(destination);
        if (same_size) {
          write_pixels(scalings, framed(unit_, image, placement, scratch.frame), shape_.height, values, scratch);
        } else {
          write_resized(scalings, image, placement, values, scratch);
        }
      },
      scalings_);
}

}  // namespace scalemark::data
