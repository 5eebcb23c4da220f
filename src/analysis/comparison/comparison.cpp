#include "analysis/comparison/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/comparison/case_pairs.h"
#include "analysis/comparison/case_ratio_test.h"
#include "analysis/comparison/collective_tests.h"
#include "analysis/comparison/comparison_changes.h"
#include "analysis/significance.h"
#include "core/error.h"
#include "core/holm.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {
namespace {

using results::ResultFile;

Verdict verdict_of(const ComparedCase& one, double threshold) {
  const double limit = 1.0 + threshold;
  if (std::isnan(one.p_value)) return Verdict::kUnclear;
  if (one.p_value < kSignificance) return one.ratio.estimate > 1.0 ? Verdict::kSlower : Verdict::kFaster;
  return one.ratio.low > 1.0 / limit && one.ratio.high < limit ? Verdict::kSame : Verdict::kUnclear;
}

/// What to do about an unclear verdict: the standard error shrinks with the root of the units.
void advise(ComparedCase& one, const Comparison& comparison) {
  const double limit = 1.0 + comparison.threshold;
  const double wanted = 1.0 + 2.0 * comparison.threshold;
  if (one.verdict != Verdict::kUnclear || limit == wanted || !(1.0 + one.found_in_80 > wanted)) return;
  const bool repetitions = comparison.unit == ComparisonUnit::kRepetition;
  const std::size_t held =
      repetitions ? std::min(one.base_repetitions, one.new_repetitions) : std::min(one.base_jobs, one.new_jobs);
  const double excess = std::log1p(one.found_in_80) - std::log(limit);
  const double needed =
      std::ceil(static_cast<double>(held) * std::pow(excess / (std::log(wanted) - std::log(limit)), 2));
  constexpr double kReasonable = 100.0;
  const std::string advice =
      needed <= kReasonable ? fmt::format("about {:.0f} {}s a side would find a slow-down of {}", needed,
                                          to_string(comparison.unit), to_text(wanted - 1.0, Unit::kFraction))
                            : fmt::format("too noisy for any reasonable number of {}s", to_string(comparison.unit));
  one.remark += (one.remark.empty() ? "" : "; ") + advice;
}

void judge(Comparison& comparison, std::vector<CaseTest> tests) {
  std::vector<double> p_values;
  p_values.reserve(tests.size());
  for (const CaseTest& test : tests) p_values.push_back(test.compared.p_value);
  const std::vector<double> adjusted = holm_adjusted(p_values);
  const auto family =
      std::count_if(p_values.begin(), p_values.end(), [](double p_value) { return !std::isnan(p_value); });
  // The level of Holm's first step, which a change has to pass where it is the only one.
  const double level = kSignificance / static_cast<double>(std::max(family, std::ptrdiff_t{1}));
  const double limit = 1.0 + comparison.threshold;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    ComparedCase one = std::move(tests[i].compared);
    one.p_value = adjusted[i];
    one.found_in_80 = tests[i].result.found_from(limit, level, 0.80) - 1.0;
    one.found_in_95 = tests[i].result.found_from(limit, level, 0.95) - 1.0;
    one.verdict = verdict_of(one, comparison.threshold);
    advise(one, comparison);
    comparison.cases.push_back(std::move(one));
  }
}

std::string name_of(std::span<const ResultFile> files) {
  const ResultFile& first = files.front();
  const std::string name =
      fmt::format("{} of {}", first.title.empty() ? "a file without a title" : first.title, first.created);
  return files.size() == 1 ? name : fmt::format("{} and {} more job(s)", name, files.size() - 1);
}

ComparisonUnit unit_of(std::size_t base, std::size_t changed, bool paired) {
  if (paired && (base != changed || base < 2)) {
    throw InputError(
        fmt::format("--paired: base has {} job(s) and new {}; rounds need as many on both sides, and at "
                    "least 2",
                    base, changed));
  }
  if (paired) return ComparisonUnit::kRound;
  return base == 1 && changed == 1 ? ComparisonUnit::kRepetition : ComparisonUnit::kJob;
}

/// Cases that only one side holds.
void name_the_unpaired(Comparison& comparison, const CasePairs& found, bool allow_missing) {
  for (const auto* one : found.only_base)
    comparison.others.push_back({one->key, "missing in new", one->ok() && !allow_missing});
  for (const auto* one : found.only_new) comparison.others.push_back({one->key, "missing in base", false});
}

void compare_cases(std::span<const ResultFile> base, std::span<const ResultFile> changed,
                   const ComparisonOptions& options, Comparison& result) {
  const ComparedJobs base_jobs(base);
  const ComparedJobs new_jobs(changed);
  const CasePairs found = pair_cases(base_jobs.cases(), new_jobs.cases());
  std::vector<CaseTest> tests;
  for (const auto& [before, after] : found.pairs) {
    const CopiesOfBoth all{base_jobs.copies_of(*before), new_jobs.copies_of(*after)};
    const CopiesOfBoth usable = usable_copies_of(all, result.unit);
    const std::string refusal = refusal_of(all, usable);
    if (refusal.empty()) tests.push_back(test_of(all, usable, result.unit, options.threshold));
    if (!refusal.empty() || is_lost(all))
      result.others.push_back({after->key, refusal.empty() ? status_of(all) : refusal, is_lost(all)});
  }
  judge(result, std::move(tests));
  name_the_unpaired(result, found, options.allow_missing);
  for (const auto* one : base_jobs.left_out()) result.others.push_back({one->key, "not in every job of base", false});
  for (const auto* one : new_jobs.left_out()) result.others.push_back({one->key, "not in every job of new", false});
}

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSame:
      return "same";
    case Verdict::kSlower:
      return "slower";
    case Verdict::kFaster:
      return "faster";
    case Verdict::kUnclear:
      break;
  }
  return "unclear";
}

const char* to_string(ComparisonUnit unit) {
  switch (unit) {
    case ComparisonUnit::kRepetition:
      return "repetition";
    case ComparisonUnit::kJob:
      return "job";
    case ComparisonUnit::kRound:
      break;
  }
  return "round";
}

std::size_t Comparison::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [verdict](const ComparedCase& one) { return one.verdict == verdict; }));
}

std::size_t Comparison::lost() const {
  return static_cast<std::size_t>(
      std::count_if(others.begin(), others.end(), [](const UncomparedCase& one) { return one.lost; }));
}

Comparison compare_jobs(std::span<const ResultFile> base, std::span<const ResultFile> changed,
                        const ComparisonOptions& options) {
  const ComparedKind kind = compared_kind(base, changed);
  const ComparisonUnit unit = unit_of(base.size(), changed.size(), options.paired);
  Comparison result{options.threshold, unit, name_of(base), name_of(changed), {}, {}, changes_between(base, changed)};
  if (kind == ComparedKind::kCases) {
    compare_cases(base, changed, options, result);
    return result;
  }
  result.of_collectives = true;
  CollectiveTests found = test_collectives(base, changed, unit, options);
  result.others = std::move(found.others);
  judge(result, std::move(found.tests));
  return result;
}

Comparison compare_files(const ResultFile& base, const ResultFile& changed, double threshold) {
  return compare_jobs({&base, 1}, {&changed, 1}, {threshold, false, false});
}

}  // namespace scalemark::analysis
