#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "data/augmentation.h"
#include "data/dataset.h"
#include "data/image_kernels.h"
#include "data/pixel_type.h"

namespace scalemark::data {

/// A pixel of a resized row lies between two pixels of the source.
struct Tap {
  int first = 0;   ///< index along the axis
  int second = 0;  ///< the next one, or the last
  float weight = 0;
};

/// The rows that one thread works on; kept from image to image.
struct RowScratch {
  std::vector<std::uint8_t> placed;              ///< a row after crop and flip
  std::vector<std::uint8_t> planes;              ///< its three channels
  std::vector<std::uint8_t> halved;              ///< an image shrunk before it is resized
  std::array<std::vector<float>, 2> horizontal;  ///< two source rows, resized
  std::array<int, 2> horizontal_of{};            ///< which source rows these are
  std::vector<Tap> columns;
};

/// Writes uint8 images into batches: fits them to the batch's size, crops, flips, normalises to (pixel / 255 - mean) /
/// standard deviation and stores the training's type and layout, all in one pass over the rows.
class ImageWriter {
 public:
  /// @throws std::invalid_argument unless shape.channels is 3.
  ImageWriter(const Normalization& normalization, const ImageShape& shape, PixelType type, bool channels_last);

  /// Bytes of one image in the batch.
  std::size_t image_bytes() const { return shape_.bytes() * bytes_of(type_); }

  /// An image of another size than the batch's is cropped to its shape around the centre and resized bilinearly, as
  /// torch.nn.functional.interpolate does it (align_corners=False); where it is twice as large or more, pixels are
  /// averaged by 2 x 2 first.
  void write(const ImageView& image, const Placement& placement, std::byte* destination, RowScratch& scratch) const;

 private:
  template <typename Value>
  struct Coefficients {  // of each value of a row, in the destination's order
    std::vector<Wide<Value>> scale;
    std::vector<Wide<Value>> offset;
  };
  using AnyCoefficients =
      std::variant<Coefficients<double>, Coefficients<float>, Coefficients<Bfloat16>, Coefficients<Float16>>;

  template <typename Value>
  Coefficients<Value> make_coefficients(const Normalization& normalization) const;
  AnyCoefficients make_coefficients(const Normalization& normalization) const;
  template <typename Value, typename WriteRun>
  void write_runs(int row, Value* image, WriteRun&& write_run) const;
  template <typename Value>
  void write_bytes(const Coefficients<Value>& of, const std::uint8_t* row, int y, Value* image,
                   RowScratch& scratch) const;
  template <typename Value>
  void write_same_size(const Coefficients<Value>& of, const ImageView& source, const Placement& placement, Value* image,
                       RowScratch& scratch) const;
  template <typename Value>
  void write_resized(const Coefficients<Value>& of, const ImageView& source, const Placement& placement, Value* image,
                     RowScratch& scratch) const;
  const std::uint8_t* placed_row(const ImageView& source, const Placement& placement, int y, RowScratch& scratch) const;
  const float* resized_row(const ImageView& crop, int stride, int source_row, const Placement& placement,
                           RowScratch& scratch) const;

  ImageShape shape_;
  PixelType type_;
  bool channels_last_;
  AnyCoefficients coefficients_;
};

}  // namespace scalemark::data
