#include "data/augmentation.h"

#include "data/split_mix.h"

namespace scalemark::data {

Placement draw_placement(Augmentation augmentation, std::uint64_t seed, std::int64_t epoch, std::int64_t image) {
  if (augmentation == Augmentation::kNone) return {};
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
