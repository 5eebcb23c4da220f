#include "analysis/merge_notes.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/significance.h"
#include "core/mean_ratio.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {
namespace {

constexpr double kSmallestDisagreement = 0.05;

std::string plain_name(const MeasuredCase& one) {
  return one.record->row.label.empty() ? one.record->row.case_id : one.record->row.label;
}

std::string why_kept(const MeasuredCase& dropped, const MeasuredCase& kept) {
  const std::string file = file_name(kept.file_index);
  if (kept.ok() && !dropped.ok()) {
    return fmt::format("in {} it is {}, and the measurement of {} is shown", file_name(dropped.file_index),
                       results::status_text(dropped.record->row), file);
  }
  const bool later = kept.file->created > dropped.file->created;
  return fmt::format("{} was {} later, and its measurement is shown", file, later ? "created" : "given");
}

/// "; the step times disagree: ..." where the difference is neither noise nor small.
std::string disagreement(const MeasuredCase& dropped, const MeasuredCase& kept) {
  const MeanRatio found = unpaired_mean_ratio(dropped.full_seconds, kept.full_seconds);
  const bool large = std::abs(std::log(found.estimate)) > std::log1p(kSmallestDisagreement);
  if (!(found.p_value_against(1.0) < kSignificance) || !large) return "";
  return fmt::format("; the step times disagree: that of {} is {} times that of {}", file_name(dropped.file_index),
                     to_text(found.interval(), Unit::kRatio), file_name(kept.file_index));
}

}  // namespace

std::string duplicate_note(const MeasuredCase& dropped, const MeasuredCase& kept) {
  std::string note = fmt::format("The case {} is in {} and in {}: {}", plain_name(kept), file_name(dropped.file_index),
                                 file_name(kept.file_index), why_kept(dropped, kept)) +
                     disagreement(dropped, kept);
  const auto lines = differences(dropped.signature, kept.signature);
  if (!lines.empty()) note += fmt::format("; they differ in {}", fmt::join(lines, "; "));
  return note + ".";
}

std::string conflict_note(const MeasuredCase& first, const MeasuredCase& second) {
  const auto lines = differences(first.signature, second.signature);
  if (lines.empty()) return "";
  return fmt::format("The name {} stands for different cases in {} and {}: {}.", plain_name(first),
                     file_name(first.file_index), file_name(second.file_index), fmt::join(lines, "; "));
}

}  // namespace scalemark::analysis
