#include "sweep/repetition_plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "config/compared_cases.h"
#include "core/nan.h"
#include "core/statistics.h"
#include "core/two_stages.h"
#include "results/case_summary.h"
#include "sweep/resume_plan.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;
using results::CaseRecord;
using Logarithms = std::vector<double>;

/// What the repetitions of all cases say, by index of the case.
class MeasuredCases {
 public:
  MeasuredCases(const std::vector<CaseConfig>& cases, const std::vector<CaseRecord>& records)
      : records_(cases.size(), nullptr), logarithms_(cases.size()), pairs_(config::compared_pairs(cases)) {
    std::map<std::string, std::size_t> indices;
    for (std::size_t i = 0; i < cases.size(); ++i) indices.emplace(cases[i].id, i);
    for (const CaseRecord& record : records) {
      if (const auto found = indices.find(record.row.case_id); found != indices.end()) add(found->second, record);
    }
  }

  /// nullptr where the case has never been started.
  const CaseRecord* record(std::size_t i) const { return records_[i]; }

  std::size_t repetitions(std::size_t i) const { return logarithms_[i].size(); }

  /// Series over repetitions whose means the case's precision is about: the logarithms of its ratios, or of its step.
  std::vector<Logarithms> series_of(std::size_t i) const {
    std::vector<Logarithms> series;
    for (const auto& pair : pairs_) {
      if ((pair.base == i || pair.other == i) && repetitions(pair.base) > 0 && repetitions(pair.other) > 0)
        series.push_back(ratio(pair));
    }
    if (series.empty()) series.push_back(logarithms_[i]);
    return series;
  }

 private:
  void add(std::size_t i, const CaseRecord& record) {
    records_[i] = &record;
    const auto full = record.arms.find("full");
    if (record.row.status != results::CaseStatus::kOk || full == record.arms.end()) return;
    for (const double seconds : results::repetition_means(full->second)) logarithms_[i].push_back(std::log(seconds));
  }

  Logarithms ratio(const config::ComparedPair& pair) const {
    const Logarithms& base = logarithms_[pair.base];
    const Logarithms& other = logarithms_[pair.other];
    Logarithms difference(std::min(base.size(), other.size()));
    for (std::size_t r = 0; r < difference.size(); ++r) difference[r] = base[r] - other[r];
    return difference;
  }

  std::vector<const CaseRecord*> records_;  // [case]
  std::vector<Logarithms> logarithms_;      // [case][repetition] of the mean step; empty where the case is not ok
  std::vector<config::ComparedPair> pairs_;
};

std::int64_t wanted_repetitions(const std::vector<Logarithms>& pilot, double precision_percent) {
  std::size_t wanted = 0;
  for (const Logarithms& series : pilot)
    wanted = std::max(wanted, two_stage_count(series, std::log1p(precision_percent / 100)));
  return static_cast<std::int64_t>(wanted);
}

}  // namespace

std::vector<RepetitionDecision> decide_repetitions(const std::vector<CaseConfig>& cases,
                                                   const std::vector<CaseRecord>& records) {
  const auto is_auto = [](const CaseConfig& config) { return config.measure.repetitions_auto; };
  if (std::ranges::none_of(cases, is_auto)) return {};
  const MeasuredCases measured(cases, records);
  std::vector<RepetitionDecision> decisions;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& measure = cases[i].measure;
    if (!measure.repetitions_auto || measured.repetitions(i) < static_cast<std::size_t>(config::kPilotRepetitions))
      continue;
    if (measured.record(i)->wanted_repetitions) continue;
    const std::int64_t wanted = std::max(std::int64_t{config::kPilotRepetitions},
                                         wanted_repetitions(measured.series_of(i), measure.precision_percent));
    const std::int64_t planned = std::min(wanted, std::int64_t{measure.most_repetitions});
    decisions.push_back({i, static_cast<int>(planned), wanted});
  }
  return decisions;
}

std::vector<CaseConfig> with_decisions(std::vector<CaseConfig> cases, const std::vector<CaseRecord>& records) {
  for (CaseConfig& config : cases) {
    if (!config.measure.repetitions_auto) continue;
    const CaseRecord* record = find_record(config.id, records);
    if (record != nullptr && record->wanted_repetitions)
      config.measure.repetitions = static_cast<int>(record->planned_repetitions);
  }
  return cases;
}

double precision_reached(std::size_t case_index, const std::vector<CaseConfig>& cases,
                         const std::vector<CaseRecord>& records) {
  double widest = kNaN;
  for (const Logarithms& series : MeasuredCases(cases, records).series_of(case_index)) {
    const Interval mean = interval_of_mean(series);
    const double half_width = std::expm1(0.5 * (mean.high - mean.low));
    if (!(half_width <= widest)) widest = half_width;
  }
  return widest;
}

}  // namespace scalemark::sweep
