#include "core/needed_repetitions.h"

#include <gtest/gtest.h>

#include "core/nan.h"

namespace scalemark {
namespace {

// Student's t of 95 % over the root of the count, from a printed table: 4 3.182/2 = 1.591, 5 2.776/2.236 = 1.242,
// 10 2.262/3.162 = 0.715, 20 2.093/4.472 = 0.468, 21 2.086/4.583 = 0.455.
TEST(NeededRepetitions, FollowStudentsQuantiles) {
  EXPECT_EQ(repetitions_to_exclude({0.715, -0.527, 1.957}, 0.0, 5), 11U);  // scatter 1: ten give just 0.715
  EXPECT_EQ(repetitions_to_exclude({0.72, -0.522, 1.962}, 0.0, 5), 10U);
  EXPECT_EQ(repetitions_to_exclude({-0.46, -1.702, 0.782}, 0.0, 5), 21U);
  EXPECT_EQ(repetitions_to_exclude({1.46, 0.218, 2.702}, 1.0, 5), 21U);
}

TEST(NeededRepetitions, AreBounded) {
  EXPECT_EQ(repetitions_to_exclude({0.0, -1.0, 1.0}, 0.0, 5), kMostNeededRepetitions);
  EXPECT_EQ(repetitions_to_exclude({1.0, 1.0, 1.0}, 0.0, 5), 2U);
  EXPECT_EQ(repetitions_to_exclude({1.0, kNaN, kNaN}, 0.0, 1), 0U);
}

}  // namespace
}  // namespace scalemark
