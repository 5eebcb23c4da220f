#pragma once

#include <cstdint>
#include <string>

namespace scalemark::simulations {

/// Steps of a repetition that depend on each other as a first-order autoregression, scatter by 2 %, and rise by
/// `rise` from the first step to the last.
struct StepWorld {
  double correlation = 0.0;
  double rise = 0.0;
  int steps = 20;
  bool heavy_tails = false;
};

/// Of `cases` simulated cases, how many the report flags with a trend within their repetitions.
int trends_found(const StepWorld& world, int repetitions, int cases, std::uint64_t seed);

/// Of `cases` cases with independent repetitions (`correlation` 0) or others, how many are flagged as drifting or
/// correlated. The repetitions scatter by 2 %.
int drifts_found(double correlation, int repetitions, int cases, std::uint64_t seed);

/// Markdown: false alarms and what is found, of both.
std::string trend_tables(int cases, std::uint64_t seed);

}  // namespace scalemark::simulations
