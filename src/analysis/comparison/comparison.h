#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"
#include "core/statistics.h"
#include "results/records.h"

namespace scalemark::analysis {

enum class Verdict {
  kSame,     ///< the interval lies within the threshold
  kSlower,   ///< the interval, at Holm's level, lies beyond the threshold
  kFaster,   ///< the same in the other direction
  kUnclear,  ///< these data cannot tell
};

/// "same", "slower", "faster", "unclear".
const char* to_string(Verdict verdict);

/// What is counted once: what the intervals are taken over.
enum class ComparisonUnit {
  kRepetition,  ///< two files: how much whole jobs vary is in neither
  kJob,         ///< several jobs a side
  kRound,       ///< jobs of the two sides that took turns, paired in the order given
};

/// "repetition", "job", "round".
const char* to_string(ComparisonUnit unit);

/// A collective by itself, where collectives are compared.
struct ComparedCollective {
  std::string op;
  bool in_place = false;
  std::int64_t bytes = 0;
};

/// A case that both sides measured, new against base.
struct ComparedCase {
  CaseKey key;
  Interval base_seconds = kNoInterval;  ///< mean step time over the units
  Interval new_seconds = kNoInterval;
  std::size_t base_jobs = 0;  ///< that measured the case
  std::size_t new_jobs = 0;
  std::size_t base_repetitions = 0;  ///< of all jobs together
  std::size_t new_repetitions = 0;
  double base_scatter = results::kNotMeasured;  ///< of the units, relative: 0.02 is 2 %
  double new_scatter = results::kNotMeasured;
  Interval ratio = kNoInterval;            ///< step time, new / base
  double p_value = results::kNotMeasured;  ///< of a change within the threshold, adjusted by Holm over compared cases
  double found_in_80 = results::kNotMeasured;  ///< the slow-down that 80 % of such comparisons would call slower
  double found_in_95 = results::kNotMeasured;
  Verdict verdict = Verdict::kUnclear;
  std::string remark;
  std::optional<ComparedCollective> collective{};  ///< of which `key` holds name and ranks; seconds are those of one
};

/// A case of which no ratio is given, or which some jobs lack; and why.
struct UncomparedCase {
  CaseKey key;
  std::string reason;
  bool lost =
      false;  ///< ok in base, and in new oom, failed, timeout, invalid or (unless allowed) missing: a regression
  std::optional<ComparedCollective> collective{};
};

struct ComparisonOptions {
  double threshold = 0.05;     ///< smallest relative change that matters
  bool paired = false;         ///< the jobs of the two sides took turns: job r of one belongs to job r of the other
  bool allow_missing = false;  ///< a case that new does not hold is no loss
};

struct Comparison {
  double threshold = 0.0;  ///< smallest relative change that matters
  ComparisonUnit unit = ComparisonUnit::kRepetition;
  std::string base_name;  ///< title and time of creation
  std::string new_name;
  std::vector<ComparedCase> cases;
  std::vector<UncomparedCase> others;
  std::vector<std::string> changes;  ///< versions, commits and variables that differ: what the comparison is about
  bool of_collectives = false;       ///< `cases` are collectives by themselves

  std::size_t count(Verdict verdict) const;
  std::size_t lost() const;
  bool has_regression() const { return count(Verdict::kSlower) + lost() > 0; }
};

/// Compares the step times of the jobs `changed` with those of the jobs `base`, case by case: two files by their
/// repetitions, several by the means of whole jobs. Files of `scalemark comm` are compared collective by collective.
/// @throws InputError for `options.paired` with other than as many jobs a side, at least two, and for files of
/// collectives beside files of cases.
Comparison compare_jobs(std::span<const results::ResultFile> base, std::span<const results::ResultFile> changed,
                        const ComparisonOptions& options);

/// Two files, a job each. `threshold` > 0 is relative.
Comparison compare_files(const results::ResultFile& base, const results::ResultFile& changed, double threshold);

}  // namespace scalemark::analysis
