#pragma once

#include <cstdint>

#include "core/host_device.h"
#include "data/split_mix.h"

namespace scalemark::data {

enum class Augmentation { kNone, kPadCropFlip, kRandomResizedCropFlip };

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
/// RandomHorizontalFlip. What kRandomResizedCropFlip draws depends on the image's size: see random_crop.h. Decided by
/// seed, epoch and image alone, whoever loads it and when.
SCALEMARK_HOST_DEVICE inline Placement draw_placement(Augmentation augmentation, std::uint64_t seed, std::int64_t epoch,
                                                      std::int64_t image) {
  if (augmentation != Augmentation::kPadCropFlip) return {};
  // A stream of its own: the sampler's permutation of the epoch comes from substream(seed, epoch).
  constexpr std::uint64_t kAugmentationStream = 0x6175676d656e74;  // "augment"
  const std::uint64_t of_epoch = substream(substream(seed, kAugmentationStream), static_cast<std::uint64_t>(epoch));
  SplitMix random(substream(of_epoch, static_cast<std::uint64_t>(image)));
  constexpr int kOffsets = 2 * kPadding + 1;
  const int down = static_cast<int>(random.below(kOffsets)) - kPadding;
  const int right = static_cast<int>(random.below(kOffsets)) - kPadding;
  return {down, right, random.below(2) == 1};
}

}  // namespace scalemark::data
