#include "core/intervals/crossing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

// SciPy: t.ppf(0.975, 2) * sqrt(max(var(ends, ddof=1), mean(width^2) / 12) / 3) around the mean of each side's ends.
TEST(Crossing, IsTheMeanOfTheUpperEndsWithBoundsFromBothSides) {
  const std::vector<Crossing> scattered{{10, 20}, {22, 33}, {20, 40}};
  const Interval mean = mean_of_crossings(scattered);
  EXPECT_DOUBLE_EQ(mean.estimate, 31);
  EXPECT_NEAR(mean.low, 1.3625623106430034, 1e-9);
  EXPECT_NEAR(mean.high, 56.21124426899799, 1e-9);
}

TEST(Crossing, SeveralBetweenTheSameLooksHaveAWidth) {
  const std::vector<Crossing> alike(3, {4, 5});
  const Interval mean = mean_of_crossings(alike);
  EXPECT_NEAR(mean.low, 3.2828912117173097, 1e-9);
  EXPECT_NEAR(mean.high, 5.71710878828269, 1e-9);
}

TEST(Crossing, OfOneIsItsTwoEnds) {
  const Interval mean = mean_of_crossings(std::vector<Crossing>{{4, 5}});
  EXPECT_EQ(mean.estimate, 5);
  EXPECT_EQ(mean.low, 4);
  EXPECT_EQ(mean.high, 5);
}

TEST(Crossing, IsNeverBelow0AndNotKnownWhereAnEndIsNot) {
  EXPECT_EQ(mean_of_crossings(std::vector<Crossing>{{0, 1}, {3, 4}}).low, 0);
  EXPECT_TRUE(std::isnan(mean_of_crossings(std::vector<Crossing>{{0, 1}, {kNaN, kNaN}}).estimate));
  EXPECT_TRUE(std::isnan(mean_of_crossings({}).estimate));
}

/// How often the interval holds the mean of normal crossings that looks of width 1 see.
double coverage(double mean, double deviation, std::size_t count, std::mt19937& random) {
  constexpr int kTrials = 400;
  std::normal_distribution<double> normal(mean, deviation);
  int held = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<Crossing> crossings;
    for (std::size_t i = 0; i < count; ++i) {
      const double above = std::ceil(normal(random));
      crossings.push_back({above - 1, above});
    }
    const Interval interval = mean_of_crossings(crossings);
    held += interval.low <= mean && mean <= interval.high ? 1 : 0;
  }
  return held / static_cast<double>(kTrials);
}

// Whether the crossings scatter far less than a look is wide, or more, and wherever the mean lies between two looks.
// The least that 95 % comes to in 400 trials by chance: four standard deviations below.
TEST(Crossing, TheIntervalHoldsTheMeanOftenEnough) {
  std::mt19937 random(3);
  for (const std::size_t count : {2, 3, 5}) {
    for (const double deviation : {0.03, 0.3, 1.0, 3.0}) {
      for (const double mean : {20.0, 20.01, 20.1, 20.5})
        EXPECT_GE(coverage(mean, deviation, count, random), 0.95 - 4 * 0.011)
            << count << " " << deviation << " " << mean;
    }
  }
}

}  // namespace
}  // namespace scalemark
