#include "core/unpaired_ratio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

TEST(UnpairedRatio, NeedsTwoValuesASide) {
  const UnpairedRatio found = unpaired_ratio(std::vector<double>{2.0, 2.0}, std::vector<double>{1.0, kNaN, -1.0, 0.0});
  EXPECT_DOUBLE_EQ(found.ratio.estimate, 2.0);
  EXPECT_TRUE(std::isnan(found.ratio.low) && std::isnan(found.ratio.high) && std::isnan(found.p_value));
  EXPECT_TRUE(std::isnan(smallest_detectable_change(found, 0.05)));
  EXPECT_TRUE(std::isnan(unpaired_ratio({}, {}).ratio.estimate));
}

TEST(UnpairedRatio, WithoutScatterIsCertain) {
  const std::vector<double> one{1.0, 1.0, 1.0};
  const std::vector<double> two{2.0, 2.0};
  EXPECT_EQ(unpaired_ratio(one, one).p_value, 1.0);
  EXPECT_EQ(unpaired_ratio(two, one).p_value, 0.0);
  EXPECT_DOUBLE_EQ(unpaired_ratio(two, one).ratio.low, 2.0);
  EXPECT_EQ(smallest_detectable_change(unpaired_ratio(two, one), 0.05), 0.0);
}

TEST(UnpairedRatio, SwappingTheSidesInvertsIt) {
  const std::vector<double> one{1.0, 1.1, 0.95};
  const std::vector<double> two{2.0, 2.3, 1.9, 2.1};
  const UnpairedRatio forward = unpaired_ratio(two, one);
  const UnpairedRatio backward = unpaired_ratio(one, two);
  EXPECT_NEAR(forward.ratio.low * backward.ratio.high, 1.0, 1e-12);
  EXPECT_DOUBLE_EQ(forward.p_value, backward.p_value);
}

/// Synthetic jobs: repetitions scatter by 2 %; the noise of a repetition's steps is correlated and heavy-tailed.
class SyntheticJob {
 public:
  explicit SyntheticJob(std::mt19937_64& random) : random_(random) {}

  std::vector<double> medians(int repetitions, double seconds) {
    std::vector<double> all;
    all.reserve(static_cast<std::size_t>(repetitions));
    for (int i = 0; i < repetitions; ++i) all.push_back(repetition_median(seconds * std::exp(0.02 * normal_(random_))));
    return all;
  }

 private:
  double repetition_median(double seconds) {
    constexpr int kSteps = 20;
    std::vector<double> steps;
    double noise = student_(random_);
    for (int step = 0; step < kSteps; ++step) {
      noise = 0.6 * noise + 0.8 * student_(random_);
      const double stall = uniform_(random_) < 0.1 ? 1.0 + exponential_(random_) : 1.0;
      steps.push_back(seconds * stall * std::exp(0.02 * noise));
    }
    return median(steps);
  }

  std::mt19937_64& random_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{3.0};
  std::uniform_real_distribution<double> uniform_;
  std::exponential_distribution<double> exponential_;
};

struct Tally {
  int covered = 0;
  int found = 0;  ///< a change of 10 %
};

Tally tally(SyntheticJob& job, int repetitions, int pairs) {
  Tally result;
  for (int i = 0; i < pairs; ++i) {
    const UnpairedRatio same = unpaired_ratio(job.medians(repetitions, 1.0), job.medians(repetitions, 1.0));
    result.covered += same.ratio.low <= 1.0 && 1.0 <= same.ratio.high ? 1 : 0;
    const UnpairedRatio slower = unpaired_ratio(job.medians(repetitions, 1.1), job.medians(repetitions, 1.0));
    result.found += slower.p_value < 0.05 ? 1 : 0;
  }
  return result;
}

// 4000 pairs: the standard error of a coverage of 95 % is 0.34 %.
TEST(UnpairedRatio, CoversTheTruthInNinetyFiveOfAHundredPairs) {
  constexpr int kPairs = 4000;
  std::mt19937_64 random(20240611);
  SyntheticJob job(random);
  for (const int repetitions : {3, 5, 7}) {
    const Tally result = tally(job, repetitions, kPairs);
    EXPECT_GT(result.covered, 0.93 * kPairs) << repetitions << " repetitions";
    EXPECT_LT(result.covered, 0.97 * kPairs) << repetitions << " repetitions";
    EXPECT_GT(result.found, (repetitions == 3 ? 0.7 : 0.95) * kPairs) << repetitions << " repetitions";
  }
}

TEST(SmallestDetectableChange, IsFoundInFourOfFiveComparisons) {
  constexpr int kPairs = 4000;
  constexpr int kRepetitions = 7;
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  const auto side = [&](double seconds) {
    std::vector<double> values;
    values.reserve(kRepetitions);
    for (int i = 0; i < kRepetitions; ++i) values.push_back(seconds * std::exp(0.02 * normal(random)));
    return values;
  };
  // The change that a standard deviation of exactly 2 % makes detectable: Welch's 12 degrees of freedom.
  UnpairedRatio known{};
  known.standard_error = 0.02 * std::sqrt(2.0 / kRepetitions);
  known.degrees_of_freedom = 12.0;
  const double change = 1.0 + smallest_detectable_change(known, 0.05);
  int found = 0;
  for (int i = 0; i < kPairs; ++i) found += unpaired_ratio(side(change), side(1.0)).p_value < 0.05 ? 1 : 0;
  EXPECT_NEAR(found, 0.8 * kPairs, 0.03 * kPairs);
}

}  // namespace
}  // namespace scalemark
