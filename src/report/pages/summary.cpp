#include "report/pages/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/quantity_text.h"

namespace scalemark::report {
namespace {

constexpr double kLeastShare = 0.001;  // of a step, to be named

std::string count_of_cases(const analysis::Report& report) {
  std::map<std::string, int> others;
  for (const auto& line : report.cases) {
    if (line.row.status != results::CaseStatus::kOk) ++others[results::to_string(line.row.status)];
  }
  std::vector<std::string> parts;
  parts.reserve(others.size());
  for (const auto& [status, count] : others) parts.push_back(fmt::format("{} {}", count, status));
  const std::string total = fmt::format("{} case{}", report.cases.size(), report.cases.size() == 1 ? "" : "s");
  return parts.empty() ? total : fmt::format("{} ({})", total, fmt::join(parts, ", "));
}

std::string best_case(const analysis::Report& report) {
  if (report.cases.empty()) return "The files hold no case: nothing was measured.";
  const analysis::CaseLine* best = nullptr;
  bool published = false;
  for (const auto& line : report.cases) {
    const double rate = line.row.images_per_second;
    published = published || line.published;
    if (line.row.status != results::CaseStatus::kOk || line.published || !std::isfinite(rate)) continue;
    if (!best || rate > best->row.images_per_second) best = &line;
  }
  if (!best && published)
    return fmt::format("Of {} none was measured here: they are published figures.", count_of_cases(report));
  if (!best) return fmt::format("Of {} none was measured to its end.", count_of_cases(report));
  const results::CaseRow& row = best->row;
  return fmt::format("Of {} the fastest is {} ({} rank(s), batch {} per rank): {} images/s at {} a step.",
                     count_of_cases(report), best->key.name, best->key.ranks, best->key.batch_per_rank,
                     to_text(row.images_per_second, Unit::kImagesPerSecond),
                     to_text(Interval{row.step_seconds, row.step_seconds_low, row.step_seconds_high}, Unit::kSeconds));
}

bool is_comparison(const analysis::ScalingRow& row) {
  return !row.is_baseline && std::isfinite(row.efficiency.estimate);
}

/// At the most ranks, the row with the highest efficiency; a published one only where nothing was measured.
const analysis::ScalingRow* headline(const std::vector<analysis::ScalingRow>& rows) {
  const bool measured = std::any_of(
      rows.begin(), rows.end(), [](const analysis::ScalingRow& row) { return is_comparison(row) && !row.published; });
  const analysis::ScalingRow* best = nullptr;
  for (const auto& row : rows) {
    if (!is_comparison(row) || (measured && row.published)) continue;
    const bool more = best && row.key.ranks > best->key.ranks;
    const bool better = best && row.key.ranks == best->key.ranks && row.efficiency.estimate > best->efficiency.estimate;
    if (!best || more || better) best = &row;
  }
  return best;
}

/// "; over all batches it is between 61.0 % and 93.4 %", where there is more than one.
std::string range_of(const std::vector<analysis::ScalingRow>& rows, const analysis::ScalingRow& chosen) {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  int count = 0;
  for (const auto& row : rows) {
    if (!is_comparison(row) || row.key.ranks != chosen.key.ranks || row.published != chosen.published) continue;
    lowest = std::min(lowest, row.efficiency.estimate);
    highest = std::max(highest, row.efficiency.estimate);
    ++count;
  }
  if (count < 2) return "";
  return fmt::format("; over its {} cases at {} ranks the efficiency lies between {} and {}", count, chosen.key.ranks,
                     to_text(lowest, Unit::kFraction), to_text(highest, Unit::kFraction));
}

std::string published_remark(const analysis::ScalingRow& row) {
  return row.published ? fmt::format(" ({})", row.caveat) : "";
}

std::string first_refusal(const analysis::Report& report) {
  for (const auto* rows : {&report.fixed_work, &report.fixed_global_batch}) {
    for (const auto& row : *rows) {
      if (!row.refusal.empty()) return fmt::format("{} is not comparable: {}", row.key.name, row.refusal);
    }
  }
  return "no work was measured at two numbers of ranks";
}

std::string scaling_sentence(const analysis::Report& report, const analysis::ScalingRow* weak,
                             const analysis::ScalingRow* strong) {
  if (weak) {
    return fmt::format(
        "Weak scaling (fixed batch of {} per rank; by construction also strong scaling over the fixed data set): {} "
        "ranks reach {} times the throughput of {} rank(s), an efficiency of {}{}{}.",
        weak->key.batch_per_rank, weak->key.ranks, to_text(weak->speedup.estimate, Unit::kRatio), weak->baseline_ranks,
        to_text(weak->efficiency, Unit::kFraction), range_of(report.fixed_work, *weak), published_remark(*weak));
  }
  if (strong) {
    return fmt::format(
        "Strong scaling (fixed global batch of {}): {} ranks are {} times as fast as {} rank(s), an efficiency of "
        "{}{}{}.",
        strong->key.global_batch, strong->key.ranks, to_text(strong->speedup.estimate, Unit::kRatio),
        strong->baseline_ranks, to_text(strong->efficiency, Unit::kFraction),
        range_of(report.fixed_global_batch, *strong), published_remark(*strong));
  }
  return fmt::format("No speed-up or efficiency is given: {}.", first_refusal(report));
}

/// "150 ms to exposed communication", "2 ms less, where causes overlap".
std::string words_for(const analysis::LossPart& part) {
  const std::string seconds = to_text(std::abs(part.seconds), Unit::kSeconds);
  const bool residual = part.cause == analysis::LossCause::kResidual;
  if (part.seconds < 0.0) {
    return residual ? seconds + " less, where causes overlap"
                    : fmt::format("{} gained in {}", seconds, analysis::names_of(part.cause).title);
  }
  return fmt::format(
      "{} to {}", seconds,
      residual ? "none of these (slower compute beside other ranks)" : analysis::names_of(part.cause).title);
}

/// Causes that take less than a thousandth of the step are left out.
std::vector<std::string> causes_of(const analysis::LostSpeedup& lost) {
  std::vector<std::string> causes;
  for (const auto& part : lost.parts) {
    if (std::abs(part.share.estimate) >= kLeastShare) causes.push_back(words_for(part));
  }
  return causes;
}

std::string lost_time(const analysis::Report& report, const analysis::ScalingRow* row, bool weak) {
  if (!row) return "Where time is lost cannot be said without a comparison; the phases of a step are given below.";
  const double lost = row->seconds.estimate * (1.0 - row->efficiency.estimate);
  const auto seconds = [](double value) { return to_text(value, Unit::kSeconds); };
  const std::string where = fmt::format("{} at {} ranks", row->key.name, row->key.ranks);
  if (!(row->efficiency.high < 1.0) && std::isfinite(row->efficiency.high)) {
    return fmt::format("No lost time can be told from the noise in {}: the efficiency's interval reaches 100 %.",
                       where);
  }
  if (lost <= 0.0) return fmt::format("No time is lost in {}.", where);
  const std::string total = fmt::format("Of each step of {} ({}), {} is lost against ideal scaling", where,
                                        seconds(row->seconds.estimate), seconds(lost));
  const auto& all = weak ? report.lost_fixed_work : report.lost_fixed_global_batch;
  const auto split =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key.name == row->key.name; });
  if (split == all.end()) return total + ".";
  if (const auto& communication = split->part(analysis::LossCause::kCommunication); !communication.unknown.empty()) {
    return fmt::format("{}; how much of it is communication is unknown: {}.", total, communication.unknown);
  }
  return fmt::format("{}: {}.", total, fmt::join(causes_of(*split), ", "));
}

}  // namespace

std::vector<std::string> summary_of(const analysis::Report& report) {
  const analysis::ScalingRow* weak = headline(report.fixed_work);
  const analysis::ScalingRow* strong = headline(report.fixed_global_batch);
  return {best_case(report), scaling_sentence(report, weak, strong),
          lost_time(report, weak ? weak : strong, weak != nullptr)};
}

}  // namespace scalemark::report
