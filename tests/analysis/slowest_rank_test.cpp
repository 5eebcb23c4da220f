#include "analysis/ranks/slowest_rank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace scalemark::analysis {
namespace {

/// [repetition][rank] Durations about 1 s that scatter by `scatter`; rank 3 is `slowdown` times as slow.
SecondsByRank durations(std::mt19937_64& random, int repetitions, int ranks, double scatter, double slowdown) {
  std::normal_distribution<double> normal;
  SecondsByRank seconds;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    seconds.emplace_back();
    for (int rank = 0; rank < ranks; ++rank)
      seconds.back().push_back((rank == 3 ? slowdown : 1.0) * std::exp(scatter * normal(random)));
  }
  return seconds;
}

// Of 400 healthy jobs 2.5 % would be 10; more than 20 happen in one of 600 runs of such a test.
TEST(SlowestRank, HealthyJobsOfManyRanksNameNone) {
  std::mt19937_64 random(64);
  for (const int repetitions : {3, 7}) {
    int named = 0;
    for (int job = 0; job < 400; ++job)
      named += slowest_rank(durations(random, repetitions, 64, 0.08, 1.0)).has_value() ? 1 : 0;
    EXPECT_LE(named, 20) << repetitions << " repetitions";
  }
}

TEST(SlowestRank, ThreeRepetitionsOfManyRanksAreEnoughForASlowOne) {
  std::mt19937_64 random(65);
  for (int job = 0; job < 100; ++job)
    EXPECT_EQ(slowest_rank(durations(random, 3, 64, 0.01, 1.1)), std::optional<std::size_t>(3));
}

TEST(SlowestRank, OfTwoRanksTheFactorMustBeClear) {
  // The ratio scatters by 1 % about 1.05: ln(1.05 / 1.02) over 0.01 / sqrt(3) is 5.02, and two ranks ask of Student's t
  // with 2 degrees of freedom 6.21.
  const SecondsByRank close{{1.0, 1.05 * 0.99}, {1.0, 1.05}, {1.0, 1.05 / 0.99}};
  EXPECT_FALSE(slowest_rank(close).has_value());
  const SecondsByRank clear{{1.0, 1.06 * 0.99}, {1.0, 1.06}, {1.0, 1.06 / 0.99}};
  EXPECT_EQ(slowest_rank(clear), std::optional<std::size_t>(1));
}

TEST(SlowestRank, NeedsTwoRanksAndTwoRepetitions) {
  EXPECT_FALSE(slowest_rank({}).has_value());
  EXPECT_FALSE(slowest_rank({{1.0}, {1.0}}).has_value());
  EXPECT_FALSE(slowest_rank({{1.0, 2.0}}).has_value());
  EXPECT_FALSE(slowest_rank({{1.0, std::nan("")}, {1.0, std::nan("")}}).has_value());
}

}  // namespace
}  // namespace scalemark::analysis
