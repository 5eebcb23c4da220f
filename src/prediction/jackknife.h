#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace scalemark::prediction {

/// A repetition that is left out of a mean; none: all count.
using LeftOut = std::optional<std::size_t>;

/// Mean of the finite `values` but for that of the repetition `left_out`; NaN where none is left.
double mean_but_for(std::span<const double> values, LeftOut left_out);

/// Half of the 95 % interval of an estimate, from what it becomes with each repetition left out in turn (Tukey 1958)
/// and Student's t. 0 without replicates (a number that was given, not measured), NaN for a single one.
double jackknife_half_width(std::span<const double> replicates);

}  // namespace scalemark::prediction
