#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/mean_ratio.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// A gain in throughput up to this one matters to nobody: 1 %.
inline constexpr double kGainThatMatters = 0.01;

/// Of all intervals of one choice together: they hold the truth in at least 95 of 100 choices.
inline constexpr double kSimultaneousLevel = 0.05;

enum class SettingVerdict {
  kGain,           ///< another setting than the reference is faster, beyond doubt
  kReferenceBest,  ///< no other setting gains more than kGainThatMatters, and some lose
  kNoDifference,   ///< the gain of every setting lies within kGainThatMatters of 0
  kCannotTell,     ///< a gain that matters can neither be told nor be ruled out
  kOneRepetition,  ///< too few repetitions for an interval
};

/// Settings that were measured beside each other, by number from 0.
struct SettingTimes {
  std::size_t count = 0;
  std::size_t reference = 0;                                 ///< the default, or what stands for it
  std::size_t repetitions = 0;                               ///< of the setting that has the fewest
  std::function<MeanRatio(std::size_t, std::size_t)> ratio;  ///< mean step of the one over that of the other
  std::vector<double> cost{};  ///< [setting] among those as good as the best the least is recommended; empty: any
};

struct SettingChoice {
  SettingVerdict verdict = SettingVerdict::kOneRepetition;
  std::size_t recommended = 0;
  std::size_t compared = 0;  ///< the setting that the gain is of: the recommended one, or the reference's best rival
  Interval gain{};           ///< throughput of `compared` over the reference's, less 1; simultaneous
  std::size_t more_repetitions = 0;  ///< of kCannotTell: about how many more would tell
};

/// Chooses among two settings or more. The gains of all settings over the reference have simultaneous intervals
/// (Bonferroni's, since settings may scatter differently; Dunnett, JASA 50, 1955, is the same question under equal
/// scatter), so that picking the largest does not make its interval wrong. A setting is as good as the best unless the
/// fastest is shown to be faster, one-sided, at the same level (Hsu's multiple comparisons with the best, Annals of
/// Statistics 9, 1981). Among those with a gain that can be told the cheapest is recommended, else the fastest.
SettingChoice choose_setting(const SettingTimes& times);

}  // namespace scalemark::analysis
