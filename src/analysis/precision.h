#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/one_change.h"
#include "analysis/scaling.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// The precision that `measure.repetitions: auto` asks of a case, as a fraction; nullopt where the case has a fixed
/// number of repetitions.
std::optional<double> asked_precision(const MeasuredCase& one);

/// What `measure.repetitions: auto` made of a ratio: "precision of 2 % reached", or "known to 3.1 %: about 24
/// repetitions would reach 2 %". Empty where neither case asks for a precision, or there is no interval.
/// @param rounds  repetitions behind the interval, of the side that has fewer.
std::string precision_note(const Interval& ratio, std::size_t rounds, const MeasuredCase& base,
                           const MeasuredCase& one);

/// Puts the note of each row with a speed-up behind its caveat. `cases` are those that the rows were made from.
void note_precision(std::span<const MeasuredCase> cases, std::vector<ScalingRow>& rows);

/// The same for the ratios of single changes, which have a member of their own for it.
void note_precision(std::span<const MeasuredCase> cases, std::vector<OneChange>& changes);

}  // namespace scalemark::analysis
