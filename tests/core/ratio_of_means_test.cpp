#include "core/ratio_of_means.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

TEST(RatioOfMeans, IsTheRatioOfTheSums) {
  // 12 s over 6 s; the geometric mean of the ratios 4 and 1 would be 2 too, that of 4, 1 and 1 would not.
  const Interval found = interval_of_ratio_of_means(std::vector<double>{8, 2, 2}, std::vector<double>{2, 2, 2});
  EXPECT_DOUBLE_EQ(found.estimate, 2.0);
}

TEST(RatioOfMeans, PairedRoundsCancelADriftOfBothSides) {
  const Interval found = interval_of_ratio_of_means(std::vector<double>{2, 4, 8}, std::vector<double>{1, 2, 4});
  EXPECT_DOUBLE_EQ(found.low, 2.0);
  EXPECT_DOUBLE_EQ(found.high, 2.0);
  const std::vector<double> x{2, 4, 8};
  const std::vector<double> y{1, 2, 4};
  EXPECT_LT(interval_of_ratio_of_means_independent(x, y).low, 1.0);
}

TEST(RatioOfMeans, TakesCommonFiniteRoundsOnly) {
  const std::vector<double> x{3, kNaN, 5, 7, 100};
  const std::vector<double> y{1, 1, 1, 0};
  EXPECT_DOUBLE_EQ(interval_of_ratio_of_means(x, y).estimate, 4.0);                // rounds 0 and 2
  EXPECT_DOUBLE_EQ(interval_of_ratio_of_means_independent(x, y).estimate, 28.75);  // (3 + 5 + 7 + 100) / 4 over 1
}

TEST(RatioOfMeans, NeedsTwoRoundsForBounds) {
  const std::vector<double> one{2.0};
  const std::vector<double> two{1.0, 1.1};
  for (const Interval& found : {interval_of_ratio_of_means(one, two), interval_of_ratio_of_means_independent(one, two),
                                interval_of_share(one, one), interval_of_share_independent(one, two, one)}) {
    EXPECT_TRUE(std::isfinite(found.estimate));
    EXPECT_TRUE(std::isnan(found.low) && std::isnan(found.high));
  }
  EXPECT_TRUE(std::isnan(interval_of_ratio_of_means({}, {}).estimate));
  EXPECT_TRUE(std::isnan(interval_of_ratio_of_means_independent({}, {}).estimate));
}

TEST(RatioOfMeans, SwappingTheSidesInvertsIt) {
  const std::vector<double> x{1.0, 1.1, 0.95};
  const std::vector<double> y{2.0, 2.3, 1.9};
  EXPECT_NEAR(interval_of_ratio_of_means(x, y).low * interval_of_ratio_of_means(y, x).high, 1.0, 1e-12);
  EXPECT_NEAR(interval_of_ratio_of_means_independent(x, y).low * interval_of_ratio_of_means_independent(y, x).high, 1.0,
              1e-12);
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
