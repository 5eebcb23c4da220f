#pragma once

#include <cstdint>

namespace scalemark::data {

enum class Augmentation { kNone, kPadCropFlip };

/// The border of zeros that pad-crop-flip puts around an image, in pixels of the batch.
inline constexpr int kPadding = 4;

/// How an image lies in its frame: pixel (y, x) of the batch is pixel (y + down, x' + right) of the image, or zero
/// where there is none, with x' = x, or counted from the other side where the crop is flipped.
struct Placement {
  int down = 0;
  int right = 0;
  bool flipped = false;

  bool operator==(const Placement&) const = default;
};

/// Random crop of the padded image, then a flip in half of the cases: torchvision's RandomCrop(side, padding=4) and
/// RandomHorizontalFlip. Decided by seed, epoch and image alone, whoever loads it and when.
Placement draw_placement(Augmentation augmentation, std::uint64_t seed, std::int64_t epoch, std::int64_t image);

}  // namespace scalemark::data
