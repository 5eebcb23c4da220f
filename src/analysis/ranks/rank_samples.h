#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/thinning.h"

namespace scalemark::analysis {

inline constexpr std::size_t kMostPointsPerStrip = 200;
inline constexpr std::size_t kMostStripsPerCase = 16;

/// The raw steps of one rank in the full arm, and what they say.
struct RankSamples {
  CaseKey key;
  std::int32_t rank = 0;
  std::string host;
  std::int64_t repetitions = 0;
  std::int64_t steps = 0;  ///< of a repetition
  double lowest_seconds = results::kNotMeasured;
  double median_seconds = results::kNotMeasured;
  double highest_seconds = results::kNotMeasured;
  double compute_seconds = results::kNotMeasured;       ///< without reduction and input: see RankCompute
  double first_bucket_seconds = results::kNotMeasured;  ///< since the start of its step
  std::vector<SeriesPoint> points;  ///< repetition x steps + step, thinned; empty for a rank that is not drawn
};

/// One entry per rank. Of more than 16 ranks, the slowest, the fastest and evenly spaced others have points.
std::vector<RankSamples> rank_samples(const MeasuredCase& one);

}  // namespace scalemark::analysis
