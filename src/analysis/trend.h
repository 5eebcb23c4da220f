#pragma once

#include <span>

namespace scalemark::analysis {

/// A monotonic trend in a series.
struct Trend {
  double relative_change;  ///< Theil-Sen slope x (length - 1) / median: from the first to the last value
  double p_value;          ///< two-sided, of the Mann-Kendall test
};

/// Tests `values` for a trend by rank, so that outliers neither make nor hide one. The test is exact for up to 20
/// untied values and normal with tie correction beyond (Mann 1945, Kendall 1975, Sen 1968). Series longer than 128 are
/// first reduced to 128 medians of consecutive values. Fewer than 3 values, or a NaN among them: {0, 1}.
Trend trend_of(std::span<const double> values);

}  // namespace scalemark::analysis
