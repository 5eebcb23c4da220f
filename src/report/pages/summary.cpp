#include "report/pages/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/needed_repetitions.h"
#include "core/quantity_text.h"

namespace scalemark::report {
namespace {

constexpr double kLeastShare = 0.001;  // of a step, to be named
constexpr double kRoundingShare = 1e-9;
constexpr std::size_t kMostRivals = 3;  // to be named one by one

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

const analysis::CaseLine* line_named(const analysis::Report& report, const std::string& name) {
  const auto found = std::find_if(report.cases.begin(), report.cases.end(),
                                  [&name](const auto& line) { return line.key.name == name; });
  return found == report.cases.end() ? nullptr : &*found;
}

std::string rivals_text(const std::vector<std::string>& rivals, std::size_t repetitions) {
  if (repetitions < 2) return " A single repetition does not tell which differences are real.";
  if (rivals.empty()) return "";
  if (rivals.size() > kMostRivals) return fmt::format(" {} other cases cannot be told apart from it.", rivals.size());
  return fmt::format(" {} cannot be told apart from it.", fmt::join(rivals, ", "));
}

std::string best_case(const analysis::Report& report) {
  if (report.cases.empty()) return "The files hold no case: nothing was measured.";
  const bool published = std::any_of(report.cases.begin(), report.cases.end(),
                                     [](const analysis::CaseLine& line) { return line.published; });
  if (!report.fastest && published)
    return fmt::format("Of {} none was measured here: they are published figures.", count_of_cases(report));
  if (!report.fastest) return fmt::format("Of {} none was measured to its end.", count_of_cases(report));
  const analysis::CaseLine& best = *line_named(report, report.fastest->name);
  const results::CaseRow& row = best.row;
  return fmt::format(
      "Of {} the fastest is {} ({} rank(s), batch {} per rank): {} images/s at {} a step.{}", count_of_cases(report),
      best.key.name, best.key.ranks, best.key.batch_per_rank, to_text(row.images_per_second, Unit::kImagesPerSecond),
      to_text(Interval{row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high}, Unit::kSeconds),
      rivals_text(report.fastest->rivals, best.repetitions));
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

std::string title_of(analysis::LossCause cause) {
  return cause == analysis::LossCause::kResidual ? "none of these (slower compute beside other ranks)"
                                                 : analysis::names_of(cause).title;
}

bool is_loss(const analysis::LossPart& part) { return part.share.low > 0.0; }

bool is_gain(const analysis::LossPart& part) { return part.share.high < 0.0; }

/// "150 ms to exposed communication": the losses whose interval lies above 0, of a thousandth of the step at least.
std::vector<std::string> losses_of(const analysis::LostSpeedup& lost) {
  std::vector<std::string> losses;
  for (const auto& part : lost.parts) {
    if (is_loss(part) && part.share.estimate >= kLeastShare)
      losses.push_back(fmt::format("{} to {}", to_text(part.seconds, Unit::kSeconds), title_of(part.cause)));
  }
  return losses;
}

std::string needed_text(std::size_t repetitions) {
  if (repetitions == 0) return "needs more repetitions";
  if (repetitions >= kMostNeededRepetitions)
    return fmt::format("needs more than {} repetitions", kMostNeededRepetitions);
  return fmt::format("needs about {} repetitions", repetitions);
}

/// "input (needs about 40 repetitions)": what is not known to be a loss or none.
std::vector<std::string> open_causes_of(const analysis::LostSpeedup& lost) {
  std::vector<std::string> open;
  for (const auto& part : lost.parts) {
    if (!std::isfinite(part.share.estimate) || is_loss(part) || is_gain(part)) continue;
    if (part.share.high - part.share.low < kRoundingShare) continue;  // known to be 0: one rank waits for nobody
    const std::string name =
        part.cause == analysis::LossCause::kResidual ? "the residual" : analysis::names_of(part.cause).title;
    open.push_back(fmt::format("{} ({})", name, needed_text(repetitions_to_exclude(part.share, 0.0, lost.rounds))));
  }
  return open;
}

/// A negative part is no gain: two causes held the same time.
std::string overlap_text(const analysis::LostSpeedup& lost) {
  std::vector<std::string> names;
  for (const auto& part : lost.parts) {
    if (is_gain(part)) names.emplace_back(analysis::names_of(part.cause).title);
  }
  return names.empty() ? "" : fmt::format(" Negative, since causes overlap: {}.", fmt::join(names, ", "));
}

std::string split_text(const analysis::LostSpeedup& lost) {
  const auto losses = losses_of(lost);
  const auto open = open_causes_of(lost);
  std::string text =
      losses.empty() ? "; no single cause can be told from noise." : fmt::format(": {}.", fmt::join(losses, ", "));
  if (!open.empty()) text += fmt::format(" Cannot be told apart from none: {}.", fmt::join(open, ", "));
  return text + overlap_text(lost);
}

std::string lost_time(const analysis::Report& report, const analysis::ScalingRow* row, bool weak) {
  if (!row) return "Where time is lost cannot be said without a comparison; the phases of a step are given below.";
  const std::string where = fmt::format("{} at {} ranks", row->key.name, row->key.ranks);
  const bool has_interval = std::isfinite(row->efficiency.high);
  if (has_interval && row->efficiency.low > 1.0) return fmt::format("No time is lost in {}.", where);
  if (has_interval && row->efficiency.high >= 1.0) {
    return fmt::format(
        "Whether {} loses time cannot be told apart from noise ({}): the interval of its efficiency holds 100 %.",
        where, needed_text(repetitions_to_exclude(row->efficiency, 1.0, row->rounds)));
  }
  const double lost = row->seconds.estimate * (1.0 - row->efficiency.estimate);
  if (lost <= 0.0) return fmt::format("No time is lost in {}.", where);
  const std::string total = fmt::format("Of each step of {} ({}), {} is lost against ideal scaling", where,
                                        to_text(row->seconds.estimate, Unit::kSeconds), to_text(lost, Unit::kSeconds));
  const auto& all = weak ? report.lost_fixed_work : report.lost_fixed_global_batch;
  const auto split =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key.name == row->key.name; });
  if (split == all.end()) return total + ".";
  if (const auto& communication = split->part(analysis::LossCause::kCommunication); !communication.unknown.empty()) {
    return fmt::format("{}; how much of it is communication is unknown: {}.", total, communication.unknown);
  }
  return total + split_text(*split);
}

/// The flag of a busy machine, of a case or its baseline; nullptr where there is none.
const analysis::ValidityFlag* busy_flag(const analysis::Report& report, const std::vector<std::string>& names) {
  const auto found = std::find_if(report.flags.begin(), report.flags.end(), [&names](const auto& flag) {
    return flag.kind == analysis::kOtherLoad && std::find(names.begin(), names.end(), flag.key.name) != names.end();
  });
  return found == report.flags.end() ? nullptr : &*found;
}

std::string busy_sentence(const analysis::Report& report, const analysis::ValidityFlag& flag) {
  const auto busy = std::count_if(report.flags.begin(), report.flags.end(),
                                  [](const auto& each) { return each.kind == analysis::kOtherLoad; });
  return fmt::format(
      "The machine was busy while {} of {} were measured, so that no headline number is given. {}: {}. Measure "
      "again on a quiet machine, or with more repetitions, before believing a ratio below.",
      busy, count_of_cases(report), flag.key.name, flag.text);
}

}  // namespace

std::vector<std::string> summary_of(const analysis::Report& report) {
  const analysis::ScalingRow* weak = headline(report.fixed_work);
  const analysis::ScalingRow* strong = headline(report.fixed_global_batch);
  const analysis::ScalingRow* chosen = weak ? weak : strong;
  std::vector<std::string> behind;
  if (report.fastest) behind.push_back(report.fastest->name);
  if (chosen) behind.insert(behind.end(), {chosen->key.name, chosen->baseline});
  if (const auto* flag = busy_flag(report, behind)) return {busy_sentence(report, *flag)};
  return {best_case(report), scaling_sentence(report, weak, strong), lost_time(report, chosen, weak != nullptr)};
}

}  // namespace scalemark::report
