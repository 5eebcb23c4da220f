#include "analysis/tuning/setting_choice.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/nan.h"
#include "core/needed_repetitions.h"

namespace scalemark::analysis {
namespace {

/// The settings of one choice beside their reference.
class Contest {
 public:
  explicit Contest(const SettingTimes& times) : times_(times) {
    gains_.reserve(times.count);
    for (std::size_t i = 0; i < times.count; ++i) gains_.push_back(gain_of(i));
    for (std::size_t i = 0; i < times.count; ++i) {
      if (gains_[i].estimate > gains_[fastest_].estimate) fastest_ = i;
    }
  }

  bool has_intervals() const {
    return std::ranges::all_of(gains_, [](const Interval& gain) { return std::isfinite(gain.low); });
  }

  bool all_within() const { return std::ranges::all_of(gains_, is_within); }

  bool none_gains() const {
    return std::ranges::all_of(gains_, [](const Interval& gain) { return gain.high <= kGainThatMatters; });
  }

  /// Settings with a gain that can be told and that no other is shown to exceed.
  std::vector<std::size_t> winners() const {
    std::vector<std::size_t> found;
    found.reserve(times_.count);
    for (std::size_t i = 0; i < times_.count; ++i) {
      if (gains_[i].low > 0.0 && !is_within(gains_[i]) && may_be_best(i)) found.push_back(i);
    }
    return found;
  }

  /// Fewer threads or batches come before a higher throughput, where neither can be told from the best.
  std::size_t best_of(const std::vector<std::size_t>& winners) const {
    return *std::ranges::min_element(winners, [this](std::size_t a, std::size_t b) {
      return std::pair(cost_of(a), -gains_[a].estimate) < std::pair(cost_of(b), -gains_[b].estimate);
    });
  }

  /// The fastest of the others; where it gains nothing that matters, the one whose gain may be the largest.
  std::size_t rival() const {
    const std::size_t reference = times_.reference;
    if (fastest_ != reference && !is_within(gains_[fastest_])) return fastest_;
    std::size_t found = reference == 0 ? 1 : 0;
    for (std::size_t i = 0; i < times_.count; ++i) {
      if (i != reference && gains_[i].high > gains_[found].high) found = i;
    }
    return found;
  }

  std::size_t fastest() const { return fastest_; }
  const Interval& gain(std::size_t i) const { return gains_[i]; }

  /// Until the interval of setting i either leaves 0 out or lies within kGainThatMatters.
  std::size_t more_repetitions(std::size_t i) const {
    const MeanRatio ratio = times_.ratio(times_.reference, i);
    const double distance = std::abs(std::log(ratio.estimate));
    const double wanted = std::max(distance, std::log1p(kGainThatMatters) - distance);
    const double scatter = ratio.standard_error * std::sqrt(static_cast<double>(times_.repetitions));
    const std::size_t needed = repetitions_for(scatter, wanted, 1.0 - 0.5 * level());
    return needed > times_.repetitions ? needed - times_.repetitions : 1;
  }

 private:
  static bool is_within(const Interval& gain) { return gain.low >= -kGainThatMatters && gain.high <= kGainThatMatters; }

  double level() const { return kSimultaneousLevel / static_cast<double>(times_.count - 1); }

  Interval gain_of(std::size_t i) const {
    if (i == times_.reference) return {0.0, 0.0, 0.0};
    const MeanRatio ratio = times_.ratio(times_.reference, i);
    if (std::isnan(ratio.degrees_of_freedom)) return {ratio.estimate - 1.0, kNaN, kNaN};
    const double t = student_t_quantile(1.0 - 0.5 * level(), ratio.degrees_of_freedom);
    const double factor = std::exp(t * ratio.standard_error);
    return {ratio.estimate - 1.0, ratio.estimate / factor - 1.0, ratio.estimate * factor - 1.0};
  }

  bool may_be_best(std::size_t i) const {
    if (i == fastest_) return true;
    const MeanRatio slower = times_.ratio(i, fastest_);
    const double t = student_t_quantile(1.0 - level(), slower.degrees_of_freedom);
    return std::log(slower.estimate) <= t * slower.standard_error;
  }

  double cost_of(std::size_t i) const { return times_.cost.empty() ? 0.0 : times_.cost[i]; }

  const SettingTimes& times_;
  std::vector<Interval> gains_;
  std::size_t fastest_ = 0;
};

}  // namespace

SettingChoice choose_setting(const SettingTimes& times) {
  const Contest contest(times);
  const auto keep_reference = [&](SettingVerdict verdict) {
    const std::size_t rival = contest.rival();
    return SettingChoice{verdict, times.reference, rival, contest.gain(rival)};
  };
  if (!contest.has_intervals()) {
    const std::size_t fastest = contest.fastest() == times.reference ? contest.rival() : contest.fastest();
    return {SettingVerdict::kOneRepetition, times.reference, fastest, contest.gain(fastest)};
  }
  if (contest.all_within()) return keep_reference(SettingVerdict::kNoDifference);
  if (contest.none_gains()) return keep_reference(SettingVerdict::kReferenceBest);
  const auto winners = contest.winners();
  if (winners.empty()) {
    SettingChoice choice = keep_reference(SettingVerdict::kCannotTell);
    choice.more_repetitions = contest.more_repetitions(choice.compared);
    return choice;
  }
  const std::size_t best = contest.best_of(winners);
  return {SettingVerdict::kGain, best, best, contest.gain(best)};
}

}  // namespace scalemark::analysis
