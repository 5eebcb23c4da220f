#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// Scaling is named by what is held fixed while the number of ranks, or of data_parallel's devices, grows.
enum class ScalingKind {
  kFixedDataSet,      ///< strong: one epoch of the data set, with a fixed batch per rank
  kFixedGlobalBatch,  ///< strong: one step of a fixed global batch
  kFixedWorkPerRank,  ///< weak: one step with a fixed batch per rank
};

inline constexpr Interval kNoInterval{results::kNotMeasured, results::kNotMeasured, results::kNotMeasured};

/// One case against the baseline of its series.
struct ScalingRow {
  CaseKey key;
  Interval seconds = kNoInterval;  ///< of the fixed work: an epoch for kFixedDataSet, a step otherwise; from means
  double images_per_second = results::kNotMeasured;
  Interval typical_step = kNoInterval;  ///< the median step
  std::string baseline;                 ///< name of the baseline; empty where there is none
  std::int32_t baseline_ranks = 0;      ///< or devices
  bool is_baseline = false;
  double baseline_seconds = results::kNotMeasured;  ///< of the fixed work, over the repetitions behind `speedup`
  double baseline_images_per_second = results::kNotMeasured;  ///< the same
  Interval speedup = kNoInterval;          ///< ratio of the throughputs, and for fixed work of the times, of this row
  Interval efficiency = kNoInterval;       ///< fraction: speed-up x b / n
  Interval serial_fraction = kNoInterval;  ///< of fixed work, determined from the speed-up (Karp and Flatt)
  double clock_ratio = results::kNotMeasured;                 ///< the lowest GPU clock over the baseline's
  double efficiency_at_equal_clocks = results::kNotMeasured;  ///< fraction: efficiency / clock_ratio
  bool published = false;                                     ///< both sides are published figures
  bool of_measured_epochs = false;  ///< of a fixed data set: `seconds` and `speedup` are of epochs that were measured
  bool paired = false;              ///< the two sides took turns
  std::size_t rounds = 0;           ///< repetitions behind the intervals, of the side that has fewer
  std::string refusal;              ///< why no efficiency is given; empty where it is
  std::string caveat;               ///< what a reader must know about the efficiency that is given
};

/// Speed-up and efficiency of every series: cases that share `kind`'s fixed quantity and their signature, at two or
/// more numbers of ranks. The baseline is the case of the series at 1 rank, or at the fewest ranks that are ok.
/// Times are means over the repetitions, of those that the row's case and its baseline both hold where the two took
/// turns (pairing.h). Of a fixed data set they are means of measured epochs where both hold some. A case that has a
/// counterpart at fewer ranks, but none that is comparable, gets a row that says why.
std::vector<ScalingRow> scaling_rows(ScalingKind kind, std::span<const MeasuredCase> cases);

/// Images over the global batch; NaN where either is not known.
double steps_per_epoch(std::int64_t images, std::int64_t global_batch);

}  // namespace scalemark::analysis
