#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/comparison/comparable_cases.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// A run in the order of time.
struct Run {
  std::string name;     ///< of its file
  std::string created;  ///< ISO 8601, UTC
};

/// The mean step of a case in one run.
struct RunStep {
  std::size_t run = 0;  ///< index into the runs
  Interval seconds{};
  bool is_outside = false;  ///< of the limits of its level
};

/// Consecutive runs between two shifts.
struct RunLevel {
  std::size_t first = 0;  ///< index into the steps of the case
  std::size_t last = 0;
  /// Mean step, and the limits between which a single run lies in 99.7 of 100 (a control chart's three standard
  /// deviations, by Student's t).
  Interval seconds{};
};

/// A step from one level to the next.
struct Shift {
  std::size_t run = 0;                 ///< index of the first run of the new level
  double ratio = 1.0;                  ///< of the mean steps, new over old: above 1 is slower
  double p_value = 1.0;                ///< times positions and cases
  bool is_new = false;                 ///< found with the last run, and not without it
  std::vector<std::string> changes{};  ///< what that run differs in from the one before: "driver: 550.54 → 550.90"
};

struct CaseHistory {
  CaseKey key;
  std::vector<RunStep> steps;
  std::vector<RunLevel> levels;
  std::vector<Shift> shifts;
  std::string broken_now{};  ///< "oom: ...", where the last run broke what is ok in most runs
};

struct HistoryOptions {
  double threshold = 0.02;  ///< the smallest shift that matters, relative
};

/// The runs of one config over time.
struct History {
  double threshold = 0.0;
  std::vector<Run> runs;
  std::vector<CaseHistory> cases;
  std::vector<RefusedFile> refused;

  /// Whether the last run shows a shift, or broke a case.
  bool has_news() const;
};

/// Says, in a sentence for people, what is tested and what the limits are.
std::string history_criteria(double threshold);

/// Orders the files by the time of their creation and looks for shifts in the mean step of each case. Files without
/// samples are enough (results::read_results_without_samples).
/// @throws InputError where fewer than two runs can be compared.
History examine_history(std::span<const NamedFile> files, const HistoryOptions& options);

}  // namespace scalemark::analysis
