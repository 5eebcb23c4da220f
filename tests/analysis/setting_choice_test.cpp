#include "analysis/tuning/setting_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace scalemark::analysis {
namespace {

using Seconds = std::vector<std::vector<double>>;  // [setting][repetition]

SettingTimes times_of(const Seconds& seconds) {
  SettingTimes times{seconds.size(), 0, seconds.front().size(), {}, {}};
  times.ratio = [&seconds](std::size_t above, std::size_t below) {
    return paired_mean_ratio(seconds[above], seconds[below]);
  };
  return times;
}

/// Settings that took turns on a machine that drifts: a repetition is slower or faster for all of them.
Seconds measured(std::mt19937_64& random, const std::vector<double>& means, std::size_t repetitions, double scatter) {
  std::normal_distribution<double> normal;
  Seconds seconds(means.size(), std::vector<double>(repetitions));
  for (std::size_t repetition = 0; repetition < repetitions; ++repetition) {
    const double drift = 1.0 + 0.05 * normal(random);
    for (std::size_t i = 0; i < means.size(); ++i)
      seconds[i][repetition] = means[i] * drift * std::exp(scatter * normal(random));
  }
  return seconds;
}

/// Chance alone fails a bound of four standard errors once in 30,000 tests.
double at_most(int runs, double share) { return runs * share + 4.0 * std::sqrt(runs * share * (1.0 - share)); }

TEST(SettingChoice, OfEqualSettingsNamesABetterOneInAtMostFiveOfAHundred) {
  constexpr int kRuns = 1000;
  for (const std::size_t settings : {2u, 5u, 12u}) {
    for (const std::size_t repetitions : {3u, 7u, 20u}) {
      std::mt19937_64 random(settings * 100 + repetitions);
      int named = 0;
      for (int run = 0; run < kRuns; ++run) {
        const Seconds seconds = measured(random, std::vector<double>(settings, 0.1), repetitions, 0.03);
        named += choose_setting(times_of(seconds)).verdict == SettingVerdict::kGain ? 1 : 0;
      }
      EXPECT_LE(named, at_most(kRuns, 0.05)) << settings << " settings, " << repetitions << " repetitions";
    }
  }
}

TEST(SettingChoice, FindsAPlantedGainAndItsIntervalHoldsTheTruth) {
  constexpr int kRuns = 500;
  constexpr double kGain = 0.08;
  std::mt19937_64 random(1);
  int found = 0;
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Seconds seconds = measured(random, {0.108, 0.108, 0.1, 0.107, 0.12}, 10, 0.015);
    const SettingChoice choice = choose_setting(times_of(seconds));
    found += choice.verdict == SettingVerdict::kGain && choice.recommended == 2 ? 1 : 0;
    held += choice.recommended == 2 && choice.gain.low <= kGain && kGain <= choice.gain.high ? 1 : 0;
  }
  EXPECT_GE(found, kRuns * 0.95);
  EXPECT_GE(held, found - at_most(kRuns, 0.05));
}

TEST(SettingChoice, SaysWhereNoDifferenceMattersAndWhereItCannotTell) {
  constexpr int kRuns = 200;
  std::mt19937_64 random(2);
  int no_difference = 0;
  int cannot_tell = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Seconds quiet = measured(random, {0.1, 0.1, 0.1}, 10, 0.002);
    no_difference += choose_setting(times_of(quiet)).verdict == SettingVerdict::kNoDifference ? 1 : 0;
    const Seconds noisy = measured(random, {0.1, 0.1, 0.1}, 5, 0.05);
    cannot_tell += choose_setting(times_of(noisy)).verdict == SettingVerdict::kCannotTell ? 1 : 0;
  }
  EXPECT_GE(no_difference, kRuns * 0.95);
  EXPECT_GE(cannot_tell, kRuns * 0.9);
}

TEST(SettingChoice, AsksForAsManyRepetitionsAsWouldTell) {
  std::mt19937_64 random(3);
  const Seconds few = measured(random, {0.1, 0.097}, 5, 0.04);
  const SettingChoice choice = choose_setting(times_of(few));
  ASSERT_EQ(choice.verdict, SettingVerdict::kCannotTell);
  EXPECT_EQ(choice.compared, 1u);
  // The same spread of the logarithms over n repetitions is told apart where t s / sqrt(n) < |log ratio|.
  const MeanRatio ratio = paired_mean_ratio(few[0], few[1]);
  const double distance = std::abs(std::log(ratio.estimate));
  const auto half_width = [&](double n) {
    return student_t_quantile(0.975, n - 1) * ratio.standard_error * std::sqrt(5.0 / n);
  };
  const double wanted = std::max(distance, std::log(1.01) - distance);
  const double all = 5.0 + static_cast<double>(choice.more_repetitions);
  EXPECT_LT(half_width(all), wanted);
  EXPECT_GE(half_width(all - 1), wanted);
}

TEST(SettingChoice, IntervalsAreBonferronis) {
  std::mt19937_64 random(4);
  const Seconds seconds = measured(random, {0.12, 0.12, 0.12, 0.10}, 8, 0.01);
  const SettingChoice choice = choose_setting(times_of(seconds));
  ASSERT_EQ(choice.recommended, 3u);
  const MeanRatio ratio = paired_mean_ratio(seconds[0], seconds[3]);
  // scipy.stats.t.ppf(1 - 0.05 / (2 * 3), 7) = 3.127552
  const double t = std::log((1 + choice.gain.high) / ratio.estimate) / ratio.standard_error;
  EXPECT_NEAR(t, 3.127552, 1e-4);
  EXPECT_NEAR(std::log(ratio.estimate / (1 + choice.gain.low)) / ratio.standard_error, 3.127552, 1e-4);
}

}  // namespace
}  // namespace scalemark::analysis
