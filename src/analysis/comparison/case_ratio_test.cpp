#include "analysis/comparison/case_ratio_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/comparison/case_pairs.h"
#include "analysis/published_figures.h"
#include "analysis/stability.h"

namespace scalemark::analysis {
namespace {

using results::CaseStatus;

std::string status_text(const MeasuredCase& one) {
  const results::CaseRow& row = one.record->row;
  return fmt::format("{}{}{}", results::status_text(row), row.reason.empty() ? "" : ": ", row.reason);
}

bool is_broken(const MeasuredCase* copy) {
  return copy != nullptr && !copy->ok() && copy->record->row.status != CaseStatus::kSkipped;
}

bool always_ok(const Copies& copies) {
  return std::all_of(copies.begin(), copies.end(), [](const auto* copy) { return copy != nullptr && copy->ok(); });
}

/// "ok"; where a side has several jobs: "ok in 2 of 3 jobs; file 2: oom: ...".
std::string side_text(const Copies& copies) {
  if (copies.size() == 1) return status_text(*copies.front());
  const auto ok =
      std::count_if(copies.begin(), copies.end(), [](const auto* copy) { return copy != nullptr && copy->ok(); });
  std::string text = fmt::format("ok in {} of {} jobs", ok, copies.size());
  for (std::size_t job = 0; job < copies.size(); ++job) {
    if (copies[job] == nullptr) text += fmt::format("; {}: missing", file_name(job));
    if (copies[job] != nullptr && !copies[job]->ok())
      text += fmt::format("; {}: {}", file_name(job), status_text(*copies[job]));
  }
  return text;
}

/// nullptr where there is none.
const MeasuredCase* first_of(const Copies& copies) {
  const auto found = std::find_if(copies.begin(), copies.end(), [](const auto* copy) { return copy != nullptr; });
  return found == copies.end() ? nullptr : *found;
}

std::string flags_of(const Copies& copies, const char* side, ComparisonUnit unit) {
  std::set<std::string> kinds;
  for (const auto* copy : copies) {
    if (copy == nullptr) continue;
    for (const auto& flag : validity_flags(*copy)) kinds.insert(flag.kind);
  }
  if (unit != ComparisonUnit::kRepetition) {
    // How many repetitions a job has does not matter where jobs are what is counted.
    kinds.erase("few repetitions");
    kinds.erase("independence assumed");
  }
  return kinds.empty() ? "" : fmt::format("{} is flagged: {}", side, fmt::join(kinds, ", "));
}

/// [unit] Mean step, in seconds.
std::vector<double> unit_seconds(const Copies& usable, ComparisonUnit unit) {
  return unit == ComparisonUnit::kRepetition ? usable.front()->full_seconds : job_seconds(usable);
}

std::size_t repetitions_of(const Copies& usable) {
  std::size_t sum = 0;
  for (const auto* copy : usable) sum += copy == nullptr ? 0 : copy->full_seconds.size();
  return sum;
}

/// Jobs of a side whose case is ok and another work than that of the first job.
std::string other_work(const Copies& all, const char* side) {
  const Copies usable = usable_copies(all);
  std::vector<std::string> files;
  for (std::size_t job = 0; job < all.size(); ++job) {
    if (all[job] != nullptr && all[job]->ok() && usable[job] == nullptr) files.push_back(file_name(job));
  }
  return files.empty() ? "" : fmt::format("{}: not comparable with its first file: {}", side, fmt::join(files, ", "));
}

std::string remark_of(const ComparedCase& one, const CopiesOfBoth& all, const CopiesOfBoth& usable,
                      ComparisonUnit unit) {
  std::vector<std::string> remarks;
  if (std::isnan(one.p_value))
    remarks.push_back(fmt::format("no interval: a side has fewer than two {}s", to_string(unit)));
  if (!always_ok(all.base) || !always_ok(all.changed)) remarks.push_back(status_of(all));
  remarks.push_back(other_work(all.base, "base"));
  remarks.push_back(other_work(all.changed, "new"));
  remarks.push_back(flags_of(usable.base, "base", unit));
  remarks.push_back(flags_of(usable.changed, "new", unit));
  const auto names =
      recorded_once(comparison_signature(*first_of(usable.base)), comparison_signature(*first_of(usable.changed)));
  if (!names.empty()) remarks.push_back(fmt::format("recorded by one file only: {}", fmt::join(names, ", ")));
  std::erase(remarks, "");
  return fmt::format("{}", fmt::join(remarks, "; "));
}

/// Mean over the units; of a published figure, which has none, what was published.
Interval seconds_of(const Copies& usable, const std::vector<double>& units) {
  const results::CaseRow& row = first_of(usable)->record->row;
  if (units.empty()) return {row.step_seconds, row.step_seconds_low, row.step_seconds_high};
  return interval_of_mean(units);
}

/// Of a ratio within [1 / limit, limit]: two-sided against the end that the estimate lies beyond, 1 where it lies
/// within.
double p_value_of(const MeanRatio& result, double limit) {
  if (std::isnan(result.degrees_of_freedom)) return results::kNotMeasured;
  if (result.estimate > limit) return result.p_value_against(limit);
  return result.estimate < 1.0 / limit ? result.p_value_against(1.0 / limit) : 1.0;
}

Interval ratio_of(const MeanRatio& result, const MeasuredCase& base, const MeasuredCase& changed) {
  Interval ratio = result.interval();
  if (base.published() && changed.published())
    ratio.estimate = 1.0 / published_step_ratio(ScalingKind::kFixedDataSet, *base.record, *changed.record);
  return ratio;
}

}  // namespace

CopiesOfBoth usable_copies_of(const CopiesOfBoth& all, ComparisonUnit unit) {
  CopiesOfBoth usable{usable_copies(all.base), usable_copies(all.changed)};
  if (unit != ComparisonUnit::kRound) return usable;
  for (std::size_t round = 0; round < usable.base.size(); ++round) {
    if (usable.base[round] == nullptr) usable.changed[round] = nullptr;
    if (usable.changed[round] == nullptr) usable.base[round] = nullptr;
  }
  return usable;
}

std::string status_of(const CopiesOfBoth& all) {
  return fmt::format("base is {}; new is {}", side_text(all.base), side_text(all.changed));
}

std::string refusal_of(const CopiesOfBoth& all, const CopiesOfBoth& usable) {
  const MeasuredCase* base = first_of(usable.base);
  const MeasuredCase* changed = first_of(usable.changed);
  if (base == nullptr || changed == nullptr) return status_of(all);
  const std::vector<std::string> lines = obstacles(*base, *changed);
  if (lines.empty() && changed->has_target())
    return "a training to an accuracy has no step times: hold the tables Time to accuracy of two reports side by side";
  return lines.empty() ? "" : fmt::format("not comparable: {}", fmt::join(lines, "; "));
}

bool is_lost(const CopiesOfBoth& all) {
  return always_ok(all.base) && std::any_of(all.changed.begin(), all.changed.end(), is_broken);
}

CaseTest ratio_test(const std::vector<double>& base, const std::vector<double>& changed, bool paired,
                    double threshold) {
  CaseTest test{{}, paired ? paired_mean_ratio(changed, base) : unpaired_mean_ratio(changed, base)};
  ComparedCase& one = test.compared;
  one.base_seconds = interval_of_mean(base);
  one.new_seconds = interval_of_mean(changed);
  one.base_scatter = test.result.denominator_scatter;
  one.new_scatter = test.result.numerator_scatter;
  one.ratio = test.result.interval();
  one.p_value = p_value_of(test.result, 1.0 + threshold);
  return test;
}

CaseTest test_of(const CopiesOfBoth& all, const CopiesOfBoth& usable, ComparisonUnit unit, double threshold) {
  const std::vector<double> base = unit_seconds(usable.base, unit);
  const std::vector<double> changed = unit_seconds(usable.changed, unit);
  CaseTest test = ratio_test(base, changed, unit == ComparisonUnit::kRound, threshold);
  ComparedCase& one = test.compared;
  one.key = first_of(usable.changed)->key;
  one.base_seconds = seconds_of(usable.base, base);
  one.new_seconds = seconds_of(usable.changed, changed);
  one.base_jobs = count_of(usable.base);
  one.new_jobs = count_of(usable.changed);
  one.base_repetitions = repetitions_of(usable.base);
  one.new_repetitions = repetitions_of(usable.changed);
  one.ratio = ratio_of(test.result, *first_of(usable.base), *first_of(usable.changed));
  one.remark = remark_of(one, all, usable, unit);
  return test;
}

}  // namespace scalemark::analysis
