#include "core/serial_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace scalemark {
namespace {

TEST(SerialCorrelation, IsNotToldOfFewValuesNorOfConstantOnes) {
  std::vector<double> rising(19);
  std::iota(rising.begin(), rising.end(), 1.0);
  EXPECT_EQ(effective_count(rising).variance_factor, 1.0);
  EXPECT_EQ(effective_count(rising).count, 19.0);
  EXPECT_TRUE(std::isnan(serial_correlation_p_value(rising)));
  EXPECT_EQ(effective_count(std::vector<double>(20, 0.1)).variance_factor, 1.0);
  EXPECT_EQ(serial_correlation_p_value(std::vector<double>(20, 0.1)), 1.0);
}

TEST(SerialCorrelation, FollowsTheFormula) {
  // 1..20: squares of deviations 665, products of neighbours 565.25: r = 0.85. Without its bias (17 + 1) / (20 - 3)
  // = 1.06, which is cut to 0.9: a factor of 19, and at least 3 values. p: mean -0.05, variance 324 / 7600.
  std::vector<double> rising(20);
  std::iota(rising.begin(), rising.end(), 1.0);
  EXPECT_NEAR(effective_count(rising).variance_factor, 19.0, 1e-9);
  EXPECT_EQ(effective_count(rising).count, 3.0);
  EXPECT_NEAR(serial_correlation_p_value(rising), 0.5 * std::erfc(0.9 / std::sqrt(2 * 324.0 / 7600)), 1e-12);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = i % 2 == 0 ? 1.0 : 2.0;
  EXPECT_EQ(effective_count(rising).variance_factor, 1.0);
  EXPECT_GT(serial_correlation_p_value(rising), 0.99);
}

TEST(SerialCorrelation, TheFactorIsThatOfAnAutoregression) {
  // phi = 0.5 in 100,000 values: (1 + 0.5) / (1 - 0.5) = 3; the standard error of the estimate is 0.3 %.
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> values{0.0};
  for (int i = 1; i < 100000; ++i) values.push_back(0.5 * values.back() + normal(random));
  EXPECT_NEAR(effective_count(values).variance_factor, 3.0, 0.06);
}

}  // namespace
}  // namespace scalemark
