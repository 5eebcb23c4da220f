#include "sweep/batch_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace scalemark::sweep {
namespace {

// Tries what the search asks for on a device that holds batches up to `capacity`.
std::vector<TriedBatch> search(const BatchRange& range, std::int64_t capacity) {
  std::vector<TriedBatch> tried;
  while (const auto batch = next_batch(range, tried)) {
    tried.push_back({*batch, *batch <= capacity});
    if (tried.size() > 100) break;
  }
  return tried;
}

TEST(BatchSearch, EndsAtTheBoundaryWhereverItIs) {
  for (const std::int64_t step : {1, 3, 8}) {
    for (std::int64_t capacity = 0; capacity < 150; ++capacity) {
      const BatchRange range{step, 100};
      const auto tried = search(range, capacity);
      const std::int64_t largest = std::min<std::int64_t>(capacity, range.most) / step * step;
      EXPECT_EQ(largest_fitting(tried), largest) << "step " << step << ", capacity " << capacity;
      const bool boundary_tried = std::any_of(
          tried.begin(), tried.end(), [&](const TriedBatch& one) { return one.batch == largest + step && !one.fits; });
      EXPECT_EQ(boundary_tried, largest + step <= range.most) << "step " << step << ", capacity " << capacity;
    }
  }
}

TEST(BatchSearch, DoublesAndBisects) {
  std::vector<std::int64_t> batches;
  for (const TriedBatch& one : search({8, 1000}, 90)) batches.push_back(one.batch);
  EXPECT_EQ(batches, (std::vector<std::int64_t>{8, 16, 32, 64, 128, 96, 80, 88}));
}

TEST(BatchSearch, BeginsAboveABatchThatIsTooSmall) {
  for (std::int64_t capacity = 0; capacity < 60; ++capacity) {
    const auto tried = search({3, 50, 2}, capacity);
    EXPECT_TRUE(std::ranges::all_of(tried, [](const TriedBatch& one) { return one.batch >= 6; })) << capacity;
    const std::int64_t largest = std::min<std::int64_t>(capacity, 50) / 3 * 3;
    EXPECT_EQ(largest_fitting(tried), largest < 6 ? 0 : largest) << capacity;
  }
  EXPECT_EQ(next_batch({3, 5, 2}, {}), std::nullopt) << "there are not enough images for it";
}

TEST(BatchSearch, TriesLogarithmicallyMany) {
  const std::int64_t most = 1 << 20;
  for (const std::int64_t capacity : {1, 777, 65'536, 1'000'000}) {
    EXPECT_LE(search({1, most}, capacity).size(), 2 * std::log2(capacity) + 2) << capacity;
  }
}

TEST(BatchSearch, GoesOnFromWhatWasTriedBefore) {
  const BatchRange range{4, 400};
  const auto whole = search(range, 77);
  for (std::size_t kept = 0; kept < whole.size(); ++kept) {
    const std::vector<TriedBatch> tried(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept));
    EXPECT_EQ(next_batch(range, tried), whole[kept].batch);
  }
}

}  // namespace
}  // namespace scalemark::sweep
