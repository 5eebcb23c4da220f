#pragma once

#include <span>
#include <vector>

namespace scalemark::analysis {

/// How far a value lies from the others.
struct Outlyingness {
  double beyond;   ///< the value less the median of the others; NaN where it, or every other one, is missing
  double p_value;  ///< one-sided, of a value of a healthy node as large as this; NaN as above
};

/// Tests each of `values` for being too large beside the others. Nodes that are healthy differ by the scatter of the
/// others (Student's t, leaving the value out: the externally studentized residual), drawn towards what is usual
/// (moderated_scatter.h), and never by less than `variance_within`. The largest values are left out one after the
/// other, up to a third of all, so that several bad nodes do not hide each other (Rosner's generalized ESD test,
/// Technometrics 25, 1983, for one side).
/// @param values  on a scale in which 0.01 is 1 %; NaN: not measured
/// @param variance_within  of a value, from its own repetitions; 0 where it is not known
std::vector<Outlyingness> outlyingness(std::span<const double> values, double variance_within);

}  // namespace scalemark::analysis
