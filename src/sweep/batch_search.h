#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace scalemark::sweep {

/// The batches per GPU among which the largest that fits is looked for: multiples of `step` up to `most`.
struct BatchRange {
  std::int64_t step;
  std::int64_t most;
  std::int64_t first_step = 1;  ///< how many steps the smallest batch to try is
};

struct TriedBatch {
  std::int64_t batch;
  bool fits;
};

/// The batch to try next: from the first step on twice the last one until one does not fit, then half-way between the
/// largest that fits and the smallest that does not; nullopt once these are one step apart, or the largest of the range
/// fits.
std::optional<std::int64_t> next_batch(const BatchRange& range, const std::vector<TriedBatch>& tried);

/// The largest batch that fits, of those tried; 0 where none does.
std::int64_t largest_fitting(const std::vector<TriedBatch>& tried);

}  // namespace scalemark::sweep
