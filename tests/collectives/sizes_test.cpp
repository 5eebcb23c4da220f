#include <gtest/gtest.h>

#include "collectives/measure_collective.h"

namespace scalemark::collectives {
namespace {

TEST(Sizes, GrowByTheFactorUpToTheEnd) {
  EXPECT_EQ(sizes_of({.begin_bytes = 8, .end_bytes = 64, .factor = 2}), (std::vector<std::int64_t>{8, 16, 32, 64}));
  EXPECT_EQ(sizes_of({.begin_bytes = 8, .end_bytes = 100, .factor = 3}), (std::vector<std::int64_t>{8, 24, 72}));
  EXPECT_EQ(sizes_of({.begin_bytes = 5, .end_bytes = 5, .factor = 2}), std::vector<std::int64_t>{5});
}

TEST(Sizes, GrowByTheStepWhereThereIsOne) {
  EXPECT_EQ(sizes_of({.begin_bytes = 8, .end_bytes = 40, .step_bytes = 16}), (std::vector<std::int64_t>{8, 24, 40}));
  EXPECT_EQ(
      sizes_of({.begin_bytes = 8, .end_bytes = 9'000'000'000'000'000'000, .step_bytes = 8'000'000'000'000'000'000}),
      (std::vector<std::int64_t>{8, 8'000'000'000'000'000'008}));
}

TEST(Sizes, AlwaysGrow) {
  EXPECT_EQ(sizes_of({.begin_bytes = 1, .end_bytes = 4, .factor = 1.1}), (std::vector<std::int64_t>{1, 2, 3, 4}));
}

}  // namespace
}  // namespace scalemark::collectives
