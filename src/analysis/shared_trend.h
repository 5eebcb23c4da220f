#pragma once

#include <vector>

#include "analysis/trend.h"

namespace scalemark::analysis {

/// The trend that several series share, which are independent of each other while the values of each may be correlated:
/// the steps of several repetitions.
///
/// From three series on, Student's t asks whether the mean of their trends (Theil-Sen) is 0: correlation within a
/// series widens the scatter of the trends and needs no model. One or two series are pre-whitened: the AR(1)
/// coefficient of their residuals, less its small-sample bias (Kendall 1954), is taken out before the Mann-Kendall
/// test. Chosen by simulation, see docs/evidence.md. Series with a NaN are left out; shorter ones than 3 values, or
/// than 8 where they are pre-whitened: {0, 1}.
Trend shared_trend(const std::vector<std::vector<double>>& series);

}  // namespace scalemark::analysis
