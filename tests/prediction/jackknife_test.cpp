#include "prediction/jackknife.h"

#include <gtest/gtest.h>

#include <cmath>

namespace scalemark::prediction {
namespace {

TEST(Jackknife, OfAMeanIsStudentsInterval) {
  const std::vector<double> values{1, 2, 4, 9};
  std::vector<double> replicates;
  for (std::size_t i = 0; i < values.size(); ++i) replicates.push_back(mean_but_for(values, i));
  // Standard error sqrt(38 / 3 / 4), and Student's t for 3 degrees of freedom.
  EXPECT_NEAR(jackknife_half_width(replicates), 3.182446305284263 * std::sqrt(38.0 / 12), 1e-9);
}

TEST(Jackknife, WithoutRepetitionsNothingScattersAndOneSaysNothing) {
  EXPECT_EQ(jackknife_half_width({}), 0);
  EXPECT_TRUE(std::isnan(jackknife_half_width(std::vector<double>{1})));
}

TEST(Jackknife, LeavesOutWhatWasNotMeasured) {
  EXPECT_EQ(mean_but_for(std::vector<double>{1, NAN, 3, 8}, 3), 2);
  EXPECT_TRUE(std::isnan(mean_but_for(std::vector<double>{1}, 0)));
}

}  // namespace
}  // namespace scalemark::prediction
