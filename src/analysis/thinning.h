#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace scalemark::analysis {

/// One value of a series and where it stood.
struct SeriesPoint {
  std::size_t index = 0;
  double value = 0.0;
};

/// At most `most` (>= 2) points of `values`, in their order: the lowest and the highest of equal stretches, so that
/// no extreme is lost. Values that were not measured (NaN) are left out.
std::vector<SeriesPoint> thinned(std::span<const double> values, std::size_t most);

}  // namespace scalemark::analysis
