#include "analysis/merging/merge_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/merging/environment.h"
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

/// What no signature holds, of the same work: hosts and threads asked for.
std::vector<std::string> other_circumstances(const MeasuredCase& first, const MeasuredCase& second) {
  if (work_identity(*first.record) != work_identity(*second.record)) return {};
  const auto of = [](const MeasuredCase& one) {
    Signature held = tuning_variables(*one.file);
    std::erase_if(held, [&one](const auto& variable) { return one.signature.contains(variable.first); });
    held["host"] = host_names(*one.record);
    return held;
  };
  return differences(of(first), of(second));
}

}  // namespace

void MergeNotes::add(Note note, const std::string& name) {
  const auto found = std::ranges::find(notes_, note.predicate, &Note::predicate);
  Note& said = found == notes_.end() ? notes_.emplace_back(std::move(note)) : *found;
  said.names.push_back(name);
}

void MergeNotes::add_duplicate(const MeasuredCase& dropped, const MeasuredCase& kept) {
  std::string where = fmt::format("in {} and in {}: {}", file_name(dropped.file_index), file_name(kept.file_index),
                                  why_kept(dropped, kept)) +
                      disagreement(dropped, kept);
  const auto lines = differences(dropped.signature, kept.signature);
  if (!lines.empty()) where += fmt::format("; they differ in {}", fmt::join(lines, "; "));
  add({"The case", "The cases", "is " + where, "are " + where}, plain_name(kept));
}

void MergeNotes::add_conflict(const MeasuredCase& first, const MeasuredCase& second) {
  auto lines = differences(first.signature, second.signature);
  for (auto& line : other_circumstances(first, second)) lines.push_back(std::move(line));
  if (lines.empty()) return;
  const std::string what = fmt::format("for different cases in {} and {}: {}", file_name(first.file_index),
                                       file_name(second.file_index), fmt::join(lines, "; "));
  add({"The name", "The names", "stands " + what, "stand " + what}, plain_name(first));
}

std::vector<std::string> MergeNotes::lines() const {
  std::vector<std::string> lines;
  for (const Note& note : notes_) {
    const bool several = note.names.size() > 1;
    lines.push_back(fmt::format("{} {} {}.", several ? note.subjects : note.subject, fmt::join(note.names, "; "),
                                several ? note.predicate_of_several : note.predicate));
  }
  return lines;
}

}  // namespace scalemark::analysis
