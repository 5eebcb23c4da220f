#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "data/augmentation.h"
#include "data/dataset.h"
#include "data/formats/image_kernels.h"
#include "data/formats/pixel_type.h"

namespace scalemark::data {

/// A pixel of a resized row lies between two pixels of the source.
struct Tap {
  int first = 0;   ///< index along the axis
  int second = 0;  ///< the next one, or the last
  float weight = 0;
};

/// What one thread works on; kept from image to image.
struct WriterScratch {
  std::vector<std::uint8_t> frame;               ///< an image after crop and flip
  std::vector<std::uint8_t> planes;              ///< its three channels
  std::vector<std::uint8_t> halved;              ///< an image shrunk before it is resized
  std::array<std::vector<float>, 2> horizontal;  ///< two source rows, resized
  std::array<int, 2> horizontal_of{};            ///< which source rows these are
  std::vector<Tap> columns;
};

/// Writes uint8 images into batches: fits them to the batch's size, crops, flips, normalises to (pixel / 255 - mean) /
/// standard deviation and stores the training's type and layout. Until that last pass an image is bytes, in the first
/// cache.
class ImageWriter {
 public:
  /// @throws std::invalid_argument unless shape.channels is 3.
  ImageWriter(const Normalization& normalization, const ImageShape& shape, PixelType type, bool channels_last,
              VectorUnit unit = best_vector_unit());

  /// Bytes of one image in the batch.
  std::size_t image_bytes() const { return shape_.bytes() * bytes_of(type_); }

  /// An image of another size than the batch's is cropped to its shape around the centre and resized bilinearly, as
  /// torch.nn.functional.interpolate does it (align_corners=False); where it is twice as large or more, pixels are
  /// averaged by 2 x 2 first.
  void write(const ImageView& image, const Placement& placement, std::byte* destination, WriterScratch& scratch) const;

 private:
  template <typename Value>
  using Scalings = std::array<Scaling<Value>, 3>;  // of each plane; of the first one alone where channels are last
  using AnyScalings = std::variant<Scalings<double>, Scalings<float>, Scalings<Bfloat16>, Scalings<Float16>>;

  template <typename Value>
  Scalings<Value> make_scalings(const Normalization& normalization) const;
  AnyScalings make_scalings(const Normalization& normalization) const;

  // An image in the batch is one plane of interleaved channels, or one plane per channel.
  int planes() const { return channels_last_ ? 1 : 3; }
  std::size_t plane_values() const { return shape_.bytes() / planes(); }

  // Writes so many whole rows to where the first of them begins in each plane.
  template <typename Value>
  void write_pixels(const Scalings<Value>& scalings, const std::uint8_t* pixels, int rows, Value* output,
                    WriterScratch& scratch) const;
  template <typename Value>
  void write_resized(const Scalings<Value>& scalings, const ImageView& source, const Placement& placement, Value* image,
                     WriterScratch& scratch) const;
  const float* resized_row(const ImageView& crop, int stride, int source_row, const Placement& placement,
                           WriterScratch& scratch) const;

  ImageShape shape_;
  PixelType type_;
  bool channels_last_;
  VectorUnit unit_;
  AnyScalings scalings_;
};

}  // namespace scalemark::data
