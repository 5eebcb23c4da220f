#include "analysis/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "analysis/case_pairs.h"
#include "analysis/published_figures.h"
#include "analysis/significance.h"
#include "analysis/stability.h"
#include "core/holm.h"
#include "core/quantity_text.h"
#include "core/unpaired_ratio.h"

namespace scalemark::analysis {
namespace {

using results::CaseStatus;
using results::ResultFile;

/// A case while its family is still being gathered: the p-value is not adjusted yet.
struct Test {
  ComparedCase compared;
  UnpairedRatio result;
};

Interval step_interval(const results::CaseRow& row) {
  return {row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high};
}

std::string status_text(const MeasuredCase& one) {
  const results::CaseRow& row = one.record->row;
  return fmt::format("{}{}{}", results::to_string(row.status), row.reason.empty() ? "" : ": ", row.reason);
}

/// Skipped is no loss: the launch had too few ranks, or the device lacks the precision.
bool is_lost(const MeasuredCase& base, const MeasuredCase& changed) {
  return base.ok() && !changed.ok() && changed.record->row.status != CaseStatus::kSkipped;
}

std::string flags_of(const MeasuredCase& one, const char* side) {
  std::set<std::string> kinds;
  for (const auto& flag : validity_flags(one)) kinds.insert(flag.kind);
  return kinds.empty() ? "" : fmt::format("{} is flagged: {}", side, fmt::join(kinds, ", "));
}

/// Why a pair is not compared; empty where it is.
std::string refusal_of(const MeasuredCase& base, const MeasuredCase& changed) {
  if (!base.ok() || !changed.ok()) {
    return fmt::format("base is {}; new is {}", status_text(base), status_text(changed));
  }
  const std::vector<std::string> lines = obstacles(base, changed);
  return lines.empty() ? "" : fmt::format("not comparable: {}", fmt::join(lines, "; "));
}

Test test_of(const MeasuredCase& base, const MeasuredCase& changed) {
  Test test{{}, unpaired_ratio(changed.full_seconds, base.full_seconds)};
  ComparedCase& one = test.compared;
  one.key = changed.key;
  one.base_seconds = step_interval(base.row);
  one.new_seconds = step_interval(changed.row);
  one.base_repetitions = base.full_seconds.size();
  one.new_repetitions = changed.full_seconds.size();
  one.base_scatter = test.result.denominator_scatter;
  one.new_scatter = test.result.numerator_scatter;
  one.ratio = test.result.ratio;
  one.p_value = test.result.p_value;
  std::vector<std::string> remarks;
  if (std::isnan(one.p_value)) remarks.emplace_back("no interval: a side has fewer than two repetitions");
  if (base.published() && changed.published()) {
    one.ratio.estimate = 1.0 / published_step_ratio(ScalingKind::kFixedDataSet, *base.record, *changed.record);
  }
  for (auto& text : {flags_of(base, "base"), flags_of(changed, "new")}) {
    if (!text.empty()) remarks.push_back(text);
  }
  const auto names = recorded_once(comparison_signature(base), comparison_signature(changed));
  if (!names.empty()) remarks.push_back(fmt::format("recorded by one file only: {}", fmt::join(names, ", ")));
  one.remark = fmt::format("{}", fmt::join(remarks, "; "));
  return test;
}

Verdict verdict_of(const ComparedCase& one, double threshold) {
  const double limit = 1.0 + threshold;
  if (std::isnan(one.p_value)) return Verdict::kUnclear;
  if (one.p_value < kSignificance && one.ratio.estimate > limit) return Verdict::kSlower;
  if (one.p_value < kSignificance && one.ratio.estimate < 1.0 / limit) return Verdict::kFaster;
  if (one.ratio.low > 1.0 / limit && one.ratio.high < limit) return Verdict::kSame;
  return Verdict::kUnclear;
}

/// What to do about an unclear verdict: the standard error shrinks with the root of the repetitions.
void advise(ComparedCase& one, double threshold) {
  if (one.verdict != Verdict::kUnclear || !(one.noise > threshold)) return;
  const double held = static_cast<double>(std::min(one.base_repetitions, one.new_repetitions));
  const double needed = std::ceil(held * std::pow(std::log1p(one.noise) / std::log1p(threshold), 2));
  constexpr double kReasonable = 100.0;
  const std::string advice = needed <= kReasonable
                                 ? fmt::format("about {:.0f} repetitions a side would show a change of {}", needed,
                                               to_text(threshold, Unit::kFraction))
                                 : std::string("too noisy for any reasonable number of repetitions");
  one.remark += (one.remark.empty() ? "" : "; ") + advice;
}

std::vector<ComparedCase> judged(std::vector<Test> tests, double threshold) {
  std::vector<double> p_values;
  p_values.reserve(tests.size());
  for (const Test& test : tests) p_values.push_back(test.result.p_value);
  const std::vector<double> adjusted = holm_adjusted(p_values);
  const auto family =
      std::count_if(p_values.begin(), p_values.end(), [](double p_value) { return !std::isnan(p_value); });
  std::vector<ComparedCase> cases;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    ComparedCase one = std::move(tests[i].compared);
    one.p_value = adjusted[i];
    // At the level of Holm's first step, which a change has to pass where it is the only one.
    one.noise = smallest_detectable_change(tests[i].result,
                                           kSignificance / static_cast<double>(std::max(family, std::ptrdiff_t{1})));
    one.verdict = verdict_of(one, threshold);
    advise(one, threshold);
    cases.push_back(std::move(one));
  }
  return cases;
}

void add_change(std::vector<std::string>& changes, const std::string& name, const std::string& base,
                const std::string& changed) {
  if (base == changed) return;
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("not recorded") : text; };
  changes.push_back(fmt::format("{}: {} → {}", name, shown(base), shown(changed)));
}

std::vector<std::string> changes_between(const ResultFile& base, const ResultFile& changed) {
  std::vector<std::string> changes;
  add_change(changes, "scalemark", base.software_version, changed.software_version);
  add_change(changes, "commit of scalemark", base.git_commit, changed.git_commit);
  std::set<std::string> names;
  for (const auto* file : {&base, &changed}) {
    for (const auto& entry : file->provenance.versions) names.insert(entry.first);
  }
  names.erase("scalemark");
  const auto version = [](const ResultFile& file, const std::string& name) {
    const auto found = file.provenance.versions.find(name);
    return found == file.provenance.versions.end() ? std::string() : found->second;
  };
  for (const auto& name : names) add_change(changes, name, version(base, name), version(changed, name));
  return changes;
}

std::string name_of(const ResultFile& file) {
  return fmt::format("{} of {}", file.title.empty() ? "a file without a title" : file.title, file.created);
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

std::size_t Comparison::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [verdict](const ComparedCase& one) { return one.verdict == verdict; }));
}

std::size_t Comparison::lost() const {
  return static_cast<std::size_t>(
      std::count_if(others.begin(), others.end(), [](const UncomparedCase& one) { return one.lost; }));
}

Comparison compare_files(const ResultFile& base, const ResultFile& changed, double threshold) {
  const std::vector<ResultFile> base_files{base};
  const std::vector<ResultFile> new_files{changed};
  const CaseSet base_set = merge_cases(base_files);
  const CaseSet new_set = merge_cases(new_files);
  const CasePairs found = pair_cases(base_set, new_set);
  Comparison result{threshold, name_of(base), name_of(changed), {}, {}, changes_between(base, changed)};
  std::vector<Test> tests;
  for (const auto& [before, after] : found.pairs) {
    const std::string refusal = refusal_of(*before, *after);
    if (refusal.empty()) {
      tests.push_back(test_of(*before, *after));
    } else {
      result.others.push_back({after->key, refusal, is_lost(*before, *after)});
    }
  }
  result.cases = judged(std::move(tests), threshold);
  for (const auto* one : found.only_base) result.others.push_back({one->key, "missing in new", false});
  for (const auto* one : found.only_new) result.others.push_back({one->key, "missing in base", false});
  return result;
}

}  // namespace scalemark::analysis
