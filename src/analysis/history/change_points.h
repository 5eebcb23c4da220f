#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace scalemark::analysis {

/// Where a series goes over to another level.
struct ChangePoint {
  std::size_t at;     ///< the first value of the new level
  double difference;  ///< mean behind it less mean before it, as far as the neighbouring change points
  double p_value;     ///< two-sided, times the positions at which a change was looked for
};

/// Binary segmentation (Scott and Knott, Biometrics 30, 1974): the series is cut where Student's t between the two
/// parts is largest, if that is significant, and so is each part. The scatter within the parts is drawn towards what is
/// usual (analysis/moderated_scatter.h); Bonferroni pays for the positions.
/// @param values  finite, on a scale in which 0.01 is 1 %
/// @param level  the share of series without a change in which one may be found
/// @param least  the smallest difference that matters
/// @returns in the order of the series
std::vector<ChangePoint> change_points(std::span<const double> values, double level, double least);

}  // namespace scalemark::analysis
