#pragma once

namespace scalemark::analysis {

/// How much whole jobs and nodes differ where nothing is wrong: 1 %, a guess that counts as much as four measured
/// differences. It holds where there are few of these; many outweigh it.
inline constexpr double kUsualScatter = 0.01;
inline constexpr double kUsualCount = 4.0;

struct Scatter {
  double standard_deviation;
  double degrees_of_freedom;
};

/// The standard deviation behind `sum_of_squares` of `degrees_of_freedom` >= 0, drawn towards kUsualScatter: the
/// moderated t statistic of Smyth (Statistical Applications in Genetics and Molecular Biology 3, 2004).
Scatter moderated_scatter(double sum_of_squares, double degrees_of_freedom);

/// P(T >= t) for Student's t.
double upper_p_value(double t, double degrees_of_freedom);

}  // namespace scalemark::analysis
