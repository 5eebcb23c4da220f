#pragma once

#include <cstdint>
#include <string>

namespace scalemark::simulations {

/// How the jobs of two builds are laid out.
enum class Layout {
  kTwoFiles,  ///< one job a side, by its repetitions
  kJobs,      ///< jobs a side, one repetition each
  kRounds,    ///< the same, alternated and paired
};

/// A machine on which two builds are compared.
struct ComparisonWorld {
  double scatter = 0.02;     ///< of a repetition
  double job_scatter = 0.0;  ///< of whole jobs
  double slow_period = 0.0;  ///< of what jobs side by side share
};

/// Of `comparisons`, how many call the new build slower.
struct Calls {
  int by_threshold = 0;             ///< as shipped: the ratio is tested against 1 + threshold
  int by_significance = 0;          ///< the rule not taken: p < 0.05 against 1, and an estimate beyond the threshold
  double median_found_in_80 = 0.0;  ///< as stated
};

Calls calls_in(const ComparisonWorld& world, Layout layout, int count, double true_ratio, int comparisons,
               std::uint64_t seed);

/// Markdown: how often a change is called, by its size, the layout and the scatter; and the two rules.
std::string comparison_tables(int comparisons, std::uint64_t seed);

}  // namespace scalemark::simulations
