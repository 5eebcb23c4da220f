#include "report/pages/headline.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace scalemark::report {
namespace {

constexpr double kLeastShare = 0.001;  // of a step, to be named

bool is_comparison(const analysis::ScalingRow& row) {
  return !row.is_baseline && std::isfinite(row.efficiency.estimate);
}

/// At the most ranks, the row with the highest efficiency; a published one only where nothing was measured.
const analysis::ScalingRow* chosen_row(const std::vector<analysis::ScalingRow>& rows) {
  const bool measured = std::ranges::any_of(rows, [](const auto& row) { return is_comparison(row) && !row.published; });
  const analysis::ScalingRow* best = nullptr;
  for (const auto& row : rows) {
    if (!is_comparison(row) || (measured && row.published)) continue;
    const bool more = best && scale_of(row.key) > scale_of(best->key);
    const bool better =
        best && scale_of(row.key) == scale_of(best->key) && row.efficiency.estimate > best->efficiency.estimate;
    if (!best || more || better) best = &row;
  }
  return best;
}

/// The flag of a busy machine, of a case or its baseline.
const analysis::ValidityFlag* busy_flag(const analysis::Report& report, const std::vector<std::string>& names) {
  const auto found = std::ranges::find_if(report.flags, [&names](const auto& flag) {
    return flag.kind == analysis::kOtherLoad && std::ranges::find(names, flag.key.name) != names.end();
  });
  return found == report.flags.end() ? nullptr : &*found;
}

template <typename Lines>
auto* named(const Lines& lines, const std::string& name) {
  const auto found = std::ranges::find_if(lines, [&name](const auto& line) { return line.key.name == name; });
  return found == lines.end() ? nullptr : &*found;
}

double effect_of(const analysis::OneChange& change) { return std::abs(std::log(change.throughput_ratio.estimate)); }

}  // namespace

bool Headline::loses() const { return row && row->efficiency.estimate < 1.0 && !(row->efficiency.high >= 1.0); }

bool Headline::may_be_ideal() const { return row && row->efficiency.low <= 1.0 && row->efficiency.high >= 1.0; }

Headline headline_of(const analysis::Report& report) {
  Headline headline;
  const auto* weak = chosen_row(report.fixed_work);
  headline.row = weak ? weak : chosen_row(report.fixed_global_batch);
  headline.weak = weak != nullptr;
  if (report.fastest) headline.fastest = named(report.cases, report.fastest->name);
  std::vector<std::string> behind;
  if (report.fastest) behind.push_back(report.fastest->name);
  if (const auto* row = headline.row) {
    behind.insert(behind.end(), {row->key.name, row->baseline});
    headline.lost = named(headline.weak ? report.lost_fixed_work : report.lost_fixed_global_batch, row->key.name);
    const auto kind =
        headline.weak ? analysis::ScalingKind::kFixedWorkPerRank : analysis::ScalingKind::kFixedGlobalBatch;
    const auto advice = std::ranges::find_if(
        report.advice, [&](const auto& one) { return one.kind == kind && one.key.name == row->key.name; });
    if (advice != report.advice.end()) headline.advice = &*advice;
  }
  headline.busy = busy_flag(report, behind);
  return headline;
}

bool is_named_loss(const analysis::LossPart& part) {
  return part.share.low > 0.0 && part.share.estimate >= kLeastShare;
}

const char* title_of(analysis::LossCause cause) {
  return cause == analysis::LossCause::kResidual
             ? "causes not measured apart (such as slower compute beside other ranks)"
             : analysis::names_of(cause).title;
}

const analysis::LossPart* largest_loss(const analysis::LostSpeedup& lost) {
  const analysis::LossPart* largest = nullptr;
  for (const auto& part : lost.parts) {
    if (is_named_loss(part) && (!largest || part.share.estimate > largest->share.estimate)) largest = &part;
  }
  return largest;
}

const analysis::OneChange* largest_change(const analysis::Report& report) {
  const analysis::OneChange* largest = nullptr;
  for (const auto& change : report.one_changes) {
    const Interval& ratio = change.throughput_ratio;
    const bool stands_out = ratio.low > 1.0 || ratio.high < 1.0;
    if (!std::isfinite(ratio.estimate) || ratio.estimate <= 0.0 || !stands_out) continue;
    if (!largest || effect_of(change) > effect_of(*largest)) largest = &change;
  }
  return largest;
}

}  // namespace scalemark::report
