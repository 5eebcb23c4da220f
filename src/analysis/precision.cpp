#include "analysis/precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/units.h"

namespace scalemark::analysis {
namespace {

std::string parameter(const MeasuredCase& one, const char* name) {
  for (const auto& [key, value] : one.record->parameters) {
    if (key == name) return parameter_text(value);
  }
  return {};
}

/// Names are unique in a report.
const MeasuredCase* find_case(std::span<const MeasuredCase> cases, const std::string& name) {
  const auto found = std::ranges::find(cases, name, [](const MeasuredCase& one) { return one.key.name; });
  return found == cases.end() ? nullptr : &*found;
}

}  // namespace

std::optional<double> asked_precision(const MeasuredCase& one) {
  if (parameter(one, "measure.repetitions") != "auto") return std::nullopt;
  const auto percent = parse_percent(parameter(one, "measure.precision"));
  return percent ? std::optional(*percent / 100) : std::nullopt;
}

std::string precision_note(const Interval& ratio, std::size_t rounds, const MeasuredCase& base,
                           const MeasuredCase& one) {
  const auto of_base = asked_precision(base);
  const auto of_one = asked_precision(one);
  if (!of_base && !of_one) return {};
  const double asked = std::min(of_base.value_or(1.0), of_one.value_or(1.0));
  const double half_width = std::max(ratio.high - ratio.estimate, ratio.estimate - ratio.low) / ratio.estimate;
  if (!std::isfinite(half_width)) return {};
  if (half_width <= asked) return fmt::format("precision of {:.2g} % reached", 100 * asked);
  const double needed = std::ceil(static_cast<double>(rounds) * std::pow(half_width / asked, 2));
  return fmt::format("known to {:.2g} %: about {:.0f} repetitions would reach {:.2g} %", 100 * half_width, needed,
                     100 * asked);
}

void note_precision(std::span<const MeasuredCase> cases, std::vector<ScalingRow>& rows) {
  for (ScalingRow& row : rows) {
    const MeasuredCase* base = find_case(cases, row.baseline);
    const MeasuredCase* one = find_case(cases, row.key.name);
    // A precision is asked of steps: repetitions do not tell how many epochs would reach it.
    if (base == nullptr || one == nullptr || row.is_baseline || row.of_measured_epochs) continue;
    const std::string note = precision_note(row.speedup, row.rounds, *base, *one);
    row.caveat += (row.caveat.empty() || note.empty() ? "" : "; ") + note;
  }
}

void note_precision(std::span<const MeasuredCase> cases, std::vector<OneChange>& changes) {
  for (OneChange& change : changes) {
    const MeasuredCase* without = find_case(cases, change.without.name);
    const MeasuredCase* with = find_case(cases, change.with.name);
    if (without == nullptr || with == nullptr) continue;
    const std::size_t rounds = std::min(without->full_seconds.size(), with->full_seconds.size());
    change.precision = precision_note(change.throughput_ratio, rounds, *without, *with);
  }
}

}  // namespace scalemark::analysis
