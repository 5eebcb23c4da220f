#include "prediction/stragglers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace scalemark::prediction {
namespace {

/// [repetition, step, rank] from a function of the same.
template <typename Seconds>
results::StepSamples samples_of(int repetitions, int steps, int ranks, Seconds seconds) {
  results::StepSamples samples{steps, ranks, {}};
  for (int r = 0; r < repetitions; ++r) {
    for (int step = 0; step < steps; ++step) {
      for (int rank = 0; rank < ranks; ++rank) samples.seconds.push_back(seconds(r, step, rank));
    }
  }
  return samples;
}

TEST(Stragglers, AStallOfAHundredthOfTheStepsBecomesLikelyWithTheCount) {
  // Both ranks stall in one step of 100. 16 ranks are 8 such groups, of which one stalls in 1 - 0.99^8 of the steps.
  const auto samples = samples_of(1, 100, 2, [](int, int step, int) { return step == 7 ? 2.0 : 1.0; });
  const Stragglers stragglers(samples);
  EXPECT_NEAR(stragglers.seconds_of(2), 1.01, 1e-9);
  EXPECT_NEAR(stragglers.seconds_of(16), 2 - std::pow(0.99, 8), 1e-9);
  EXPECT_NEAR(stragglers.seconds_of(1), 2 - std::sqrt(0.99), 1e-9);
}

TEST(Stragglers, OfNormalStepsAreOrderStatistics) {
  // The expected largest of 4 standard normal values is 1.02938, of 32 it is 2.06967 (Harter 1961).
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(1, 0.02);
  const auto samples = samples_of(20, 500, 4, [&](int, int, int) { return normal(random); });
  const Stragglers stragglers(samples);
  EXPECT_NEAR(stragglers.seconds_of(4), 1 + 0.02 * 1.02938, 1e-3);
  EXPECT_NEAR(stragglers.seconds_of(32), 1 + 0.02 * 2.06967, 2e-3);
}

TEST(Stragglers, OtherRanksHaveOtherSpeeds) {
  // Ranks that each keep their own speed: -1, -1, 1, 1 hundredths, a standard deviation of 1.1547.
  const auto samples = samples_of(3, 20, 4, [](int, int, int rank) { return rank < 2 ? 0.99 : 1.01; });
  const Stragglers stragglers(samples);
  EXPECT_NEAR(stragglers.rank_scatter(), 0.011547, 1e-6);
  EXPECT_NEAR(stragglers.seconds_of(4), 1.01, 1e-6) << "the measured ranks are what they are";
  // Groups of 4 have a slowest rank that scatters by 0.7012; the largest of 8 of them is expected 1.42360 above.
  EXPECT_NEAR(stragglers.seconds_of(32), 1.01 * (1 + 0.011547 * 0.7012 * 1.42360), 1e-4);
  EXPECT_GT(stragglers.seconds_of(32, RankScatter::kMost), stragglers.seconds_of(32) + 0.02);
}

TEST(Stragglers, ADriftOfTheMachineIsNone) {
  const auto samples = samples_of(5, 20, 2, [](int r, int, int) { return 1 + 0.1 * r; });
  EXPECT_NEAR(Stragglers(samples).seconds_of(64), 1.2, 1e-9);
  EXPECT_NEAR(Stragglers(samples, 4).seconds_of(64), 1.15, 1e-9);
}

}  // namespace
}  // namespace scalemark::prediction
