#include "core/share_of_mean.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

TEST(Share, NeedsTwoRoundsForBounds) {
  const std::vector<double> one{2.0};
  const std::vector<double> two{1.0, 1.1};
  for (const Interval& found : {interval_of_share(one, one), interval_of_share_independent(one, two, one)}) {
    EXPECT_TRUE(std::isfinite(found.estimate));
    EXPECT_TRUE(std::isnan(found.low) && std::isnan(found.high));
  }
  EXPECT_TRUE(std::isnan(interval_of_share({}, {}).estimate));
}

TEST(Share, TakesRoundsInWhichBothAreKnown) {
  const std::vector<double> part{1, kNaN, 2, 5};
  const std::vector<double> whole{4, 4, 8, 0};
  EXPECT_DOUBLE_EQ(interval_of_share(part, whole).estimate, 0.25);  // rounds 0 and 2
}

TEST(Share, SumsToTheWhole) {
  const std::vector<double> whole{4, 6, 11};
  const std::vector<double> part{1, 2, 3};
  const std::vector<double> rest{3, 4, 8};
  EXPECT_DOUBLE_EQ(interval_of_share(part, whole).estimate + interval_of_share(rest, whole).estimate, 1.0);
}

TEST(Share, MayBeNegativeAndZero) {
  const std::vector<double> whole{4, 4};
  EXPECT_DOUBLE_EQ(interval_of_share(std::vector<double>{-1, -1}, whole).high, -0.25);
  EXPECT_DOUBLE_EQ(interval_of_share(std::vector<double>{0, 0}, whole).low, 0.0);
}

}  // namespace
}  // namespace scalemark
