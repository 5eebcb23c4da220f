#include "analysis/slow_mode.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "analysis/result_fixture.h"
#include "analysis/stability.h"

namespace scalemark::analysis {
namespace {

TEST(SlowMode, IsWhatAFewRepetitionsAreIn) {
  // Median 1.00, median absolute deviation 0.01: the limit is 1.10, by the 10 %.
  const auto found = slow_mode(std::vector<double>{1.00, 1.01, 0.99, 1.30, 1.00, 1.02, 0.98, 1.00, 1.25, 1.01});
  EXPECT_EQ(found.repetitions, 2U);
  EXPECT_NEAR(found.fastest_ratio, 1.25 / 1.005, 1e-12);
  EXPECT_NEAR(found.slowest_ratio, 1.30 / 1.005, 1e-12);
}

TEST(SlowMode, IsNoScatter) {
  // Median 1.0, median absolute deviation 0.1: up to 1.89 is scatter.
  EXPECT_EQ(slow_mode(std::vector<double>{1.0, 1.1, 0.9, 1.2, 0.8, 1.1, 0.9, 1.0, 1.8}).repetitions, 0U);
  EXPECT_EQ(slow_mode(std::vector<double>{1.0, 1.1, 0.9, 1.2, 0.8, 1.1, 0.9, 1.0, 1.95}).repetitions, 1U);
  EXPECT_EQ(slow_mode(std::vector<double>{1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.09}).repetitions, 0U) << "within 10 %";
}

TEST(SlowMode, IsAnException) {
  EXPECT_EQ(slow_mode(std::vector<double>{1, 1, 1, 1, 1, 2, 2, 2}).repetitions, 0U) << "two modes";
  EXPECT_EQ(slow_mode(std::vector<double>{1, 1, 1, 1, 1, 1, 2, 2}).repetitions, 2U);
  EXPECT_EQ(slow_mode(std::vector<double>{1, 1, 1, 1, 1, 2}).repetitions, 0U) << "six tell nothing";
}

TEST(SlowMode, IsSeldomSeenWhereThereIsNone) {
  std::mt19937_64 random(3);
  constexpr int kCases = 4000;
  for (const double scatter : {0.02, 0.05, 0.15}) {
    std::lognormal_distribution<double> times(0, scatter);
    int flagged = 0;
    for (int one = 0; one < kCases; ++one) {
      std::vector<double> seconds(7);
      for (double& each : seconds) each = times(random);
      flagged += slow_mode(seconds).repetitions > 0 ? 1 : 0;
    }
    EXPECT_LT(flagged, 0.05 * kCases) << scatter;
  }
}

TEST(SlowMode, IsFlaggedAndStaysInTheMean) {
  const results::CaseRecord record = make_case("a", 1, 32, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5});
  MeasuredCase one;
  one.record = &record;
  one.full_seconds = arm_seconds(record, "full");
  std::string text;
  for (const auto& flag : validity_flags(one)) text += flag.kind == "slow repetitions" ? flag.text : "";
  EXPECT_EQ(text,
            "1 of 10 repetitions took 1.50 times as long as the median one: they stay in the mean, and only more "
            "repetitions tell how often that happens");
}

}  // namespace
}  // namespace scalemark::analysis
