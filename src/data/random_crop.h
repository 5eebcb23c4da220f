#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.h"

namespace scalemark::data {

/// A part of an image, which may be flipped from left to right.
struct CropBox {
  int top = 0;
  int left = 0;
  int height = 0;
  int width = 0;
  bool flipped = false;

  bool operator==(const CropBox&) const = default;
};

/// torchvision's RandomResizedCrop (an area of 8 to 100 %, proportions of 3:4 to 4:3, ten tries, then the largest part
/// around the centre) and RandomHorizontalFlip. Decided by seed, epoch and image alone, whoever loads it and when.
CropBox draw_crop(int height, int width, std::uint64_t seed, std::int64_t epoch, std::int64_t image);

/// What resize_crop() works on; kept from image to image.
struct ResizeScratch {
  std::vector<int> weights;         ///< [output][weight] in units of 2^-22
  std::vector<int> firsts, counts;  ///< [output] of the source pixels that it is made of
  std::vector<std::uint8_t> rows;   ///< the crop in its own height and the output's width
};

/// The part of an image, resized to `shape` as Pillow resizes by BILINEAR, to the bit: a triangle as wide as
/// the source pixels of an output pixel (antialias), rounded to bytes after each axis.
/// @param output  height x width x 3 of the shape
void resize_crop(const ImageView& image, const CropBox& box, const ImageShape& shape, ResizeScratch& scratch,
                 std::uint8_t* output);

}  // namespace scalemark::data
