#pragma once

#include <string>
#include <vector>

#include "analysis/ranks/rank_samples.h"
#include "core/statistics.h"

namespace scalemark::report {

inline constexpr double kBarHeight = 14;

struct BarSegment {
  double share = 0.0;   ///< of the bar; below 0 counts as 0
  std::string classes;  ///< its fill
  std::string title{};  ///< for who points at it
};

struct StackedBar {
  std::string name;
  std::string total;  ///< shown behind the name
  std::vector<BarSegment> segments;
};

/// Bars of equal length, split by share; the name stands above its bar, where it has room on a phone.
std::string draw_stacked_bars(const std::vector<StackedBar>& bars, const std::string& title,
                              const std::string& description);

struct WaterfallStep {
  std::string name;
  Interval value{};       ///< of a part: what is taken away (below 0: added)
  bool is_total = false;  ///< stands on the axis: ideal, measured
  std::string unknown;    ///< why there is no value
};

/// From the first total down to the last, one row per step, with the value and a whisker for its interval.
std::string draw_waterfall(const std::vector<WaterfallStep>& steps, const std::string& title,
                           const std::string& description);

struct RatioBar {
  std::string name;
  Interval ratio{};
  bool more_is_better = true;
};

/// A bar per ratio on a logarithmic axis, from 1 to its end, with a whisker for its interval.
std::string draw_ratios(const std::vector<RatioBar>& bars, const std::string& title, const std::string& description);

/// The raw samples of one case's ranks, a strip each, in the order in which they were measured; all strips share the
/// scale of time. A rank without samples has none.
std::string draw_strips(std::vector<analysis::RankSamples> ranks, const std::string& title,
                        const std::string& description);

}  // namespace scalemark::report
