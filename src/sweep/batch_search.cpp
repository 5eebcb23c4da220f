#include "sweep/batch_search.h"

#include <algorithm>
#include <limits>

namespace scalemark::sweep {
namespace {

std::optional<std::int64_t> smallest_refused(const std::vector<TriedBatch>& tried) {
  std::optional<std::int64_t> smallest;
  for (const TriedBatch& one : tried) {
    if (!one.fits && (!smallest || one.batch < *smallest)) smallest = one.batch;
  }
  return smallest;
}

}  // namespace

std::int64_t largest_fitting(const std::vector<TriedBatch>& tried) {
  const std::int64_t refused = smallest_refused(tried).value_or(std::numeric_limits<std::int64_t>::max());
  std::int64_t largest = 0;
  for (const TriedBatch& one : tried) {
    // What fits above a batch that does not is no boundary to rely on.
    if (one.fits && one.batch < refused) largest = std::max(largest, one.batch);
  }
  return largest;
}

std::optional<std::int64_t> next_batch(const BatchRange& range, const std::vector<TriedBatch>& tried) {
  const std::int64_t last_step = range.most / range.step;
  const std::int64_t fitting = std::max(largest_fitting(tried) / range.step, range.first_step - 1);
  const auto refused = smallest_refused(tried);
  if (!refused) {
    if (fitting >= last_step) return std::nullopt;
    return std::min(std::max<std::int64_t>(1, 2 * fitting), last_step) * range.step;
  }
  const std::int64_t middle = fitting + (*refused / range.step - fitting) / 2;
  if (middle == fitting) return std::nullopt;
  return middle * range.step;
}

}  // namespace scalemark::sweep
