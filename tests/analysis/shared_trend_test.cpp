#include "analysis/shared_trend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace scalemark::analysis {
namespace {

TEST(SharedTrend, IsStudentsTestOfTheMeanChange) {
  // Three straight lines that rise by 0.1, 0.2 and 0.3 of their medians: mean 0.2, standard error 0.1 / sqrt(3).
  // scipy.stats.ttest_1samp([0.1, 0.2, 0.3], 0).pvalue, by SciPy 1.15.3.
  std::vector<std::vector<double>> series;
  for (const double change : {0.1, 0.2, 0.3}) {
    series.emplace_back();
    for (int i = -5; i <= 5; ++i) series.back().push_back(1.0 + 0.1 * change * i);
  }
  const Trend trend = shared_trend(series);
  EXPECT_NEAR(trend.relative_change, 0.2, 1e-12);
  EXPECT_NEAR(trend.p_value, 0.07417990, 1e-7);
}

TEST(SharedTrend, WithoutSeriesOrValuesThereIsNone) {
  const std::vector<double> rising{1.0, 1.1, 1.2};
  for (const auto& series : {std::vector<std::vector<double>>{}, {{}, {1.0, 2.0}}, {rising}, {rising, rising}}) {
    EXPECT_EQ(shared_trend(series).p_value, 1.0);
    EXPECT_EQ(shared_trend(series).relative_change, 0.0);
  }
  EXPECT_EQ(shared_trend({{1.0, 1.0, 1.0}, {1.0, 1.0, 1.0}, {1.0, 1.0, 1.0}}).p_value, 1.0);
  EXPECT_EQ(shared_trend({{1.0, std::nan(""), 1.0}, rising, rising}).p_value, 1.0);
}

TEST(SharedTrend, OneLongSeriesIsWhitenedAndItsTrendStays) {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  std::vector<double> rising;
  double noise = 0.0;
  for (int i = 0; i < 200; ++i) {
    noise = 0.5 * noise + 0.01 * normal(random);
    rising.push_back(1.0 + 0.001 * i + noise);
  }
  EXPECT_LT(shared_trend({rising}).p_value, 1e-6);
  EXPECT_NEAR(shared_trend({rising}).relative_change, 0.199 / 1.1, 0.02);
}

}  // namespace
}  // namespace scalemark::analysis
