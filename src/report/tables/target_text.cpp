#include "report/tables/target_text.h"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.h"

namespace scalemark::report {
namespace {

using analysis::TimeToAccuracy;
using analysis::TrainingSpeedup;

std::string scale_words(const analysis::CaseKey& key, std::int32_t count) {
  return counted(static_cast<std::size_t>(count), analysis::scale_unit(key));
}

/// " [1.20, 1.80]"; empty without bounds.
std::string bounds_of(const Interval& ratio) {
  const std::string text = to_text(ratio, Unit::kRatio);
  const auto open = text.find(" [");
  return open == std::string::npos ? "" : text.substr(open);
}

bool is_sooner(const TimeToAccuracy& one, const TimeToAccuracy& best) {
  if (one.target != best.target) return one.target > best.target;
  return one.seconds.estimate < best.seconds.estimate;
}

}  // namespace

std::string accuracy_text(double fraction) { return fmt::format("{:.4g} %", 100.0 * fraction); }

const TrainingSpeedup* headline_speedup(const std::vector<TrainingSpeedup>& rows) {
  const TrainingSpeedup* best = nullptr;
  for (const auto& row : rows) {
    if (!std::isfinite(row.speedup.estimate)) continue;
    const bool more = best && scale_of(row.key) > scale_of(best->key);
    const bool better = best && scale_of(row.key) == scale_of(best->key) &&
                        row.throughput_speedup.estimate > best->throughput_speedup.estimate;
    if (!best || more || better) best = &row;
  }
  return best;
}

std::string survival_sentence(const TrainingSpeedup& row) {
  const std::string technique = row.technique.empty() ? "" : ", " + row.technique;
  return fmt::format(
      "{} train {} times the images per second of {}, and need {} times the epochs: {} is reached {}{} times as soon "
      "(of the same {}{}).",
      scale_words(row.key, scale_of(row.key)), to_text(row.throughput_speedup.estimate, Unit::kRatio),
      scale_words(row.key, row.baseline_ranks), to_text(1.0 / row.epochs_ratio.estimate, Unit::kRatio),
      accuracy_text(row.target), to_text(row.speedup.estimate, Unit::kRatio), bounds_of(row.speedup), row.held,
      technique);
}

const TimeToAccuracy* soonest(const std::vector<TimeToAccuracy>& times) {
  const TimeToAccuracy* best = nullptr;
  for (const auto& one : times) {
    if (one.has_time() && std::isfinite(one.seconds.estimate) && (!best || is_sooner(one, *best))) best = &one;
  }
  return best;
}

std::string target_case_words(const TimeToAccuracy& one) {
  return fmt::format("{}, global batch {}{}{}", scale_words(one.key, scale_of(one.key)), one.key.global_batch,
                     one.technique.empty() ? "" : ", ", one.technique);
}

}  // namespace scalemark::report
