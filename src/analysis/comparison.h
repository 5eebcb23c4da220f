#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"
#include "core/statistics.h"
#include "results/records.h"

namespace scalemark::analysis {

enum class Verdict {
  kSame,     ///< the interval lies within the threshold
  kSlower,   ///< significant, and by more than the threshold
  kFaster,   ///< the same in the other direction
  kUnclear,  ///< these data cannot tell
};

/// "same", "slower", "faster", "unclear".
const char* to_string(Verdict verdict);

/// A case that both files measured, new against base.
struct ComparedCase {
  CaseKey key;
  Interval base_seconds = kNoInterval;  ///< step time
  Interval new_seconds = kNoInterval;
  std::size_t base_repetitions = 0;
  std::size_t new_repetitions = 0;
  double base_scatter = results::kNotMeasured;  ///< of the repetitions' medians, relative: 0.02 is 2 %
  double new_scatter = results::kNotMeasured;
  Interval ratio = kNoInterval;            ///< step time, new / base
  double p_value = results::kNotMeasured;  ///< of no change, adjusted by Holm over the compared cases
  double noise = results::kNotMeasured;    ///< smallest relative change that would be found in four of five such pairs
  Verdict verdict = Verdict::kUnclear;
  std::string remark;
};

/// A case of which no ratio is given, and why.
struct UncomparedCase {
  CaseKey key;
  std::string reason;
  bool lost = false;  ///< ok in base, and oom, failed, timeout or invalid in new: a regression
};

struct Comparison {
  double threshold = 0.0;  ///< smallest relative change that matters
  std::string base_name;   ///< title and time of creation
  std::string new_name;
  std::vector<ComparedCase> cases;
  std::vector<UncomparedCase> others;
  std::vector<std::string> changes;  ///< versions and commits that differ: what the comparison is about

  std::size_t count(Verdict verdict) const;
  std::size_t lost() const;
  bool has_regression() const { return count(Verdict::kSlower) + lost() > 0; }
};

/// Compares the step times of `changed` with those of `base`, case by case. `threshold` > 0 is relative.
Comparison compare_files(const results::ResultFile& base, const results::ResultFile& changed, double threshold);

}  // namespace scalemark::analysis
