#pragma once

#include <cstddef>
#include <span>

namespace scalemark {

/// How many values the 95 % interval of a mean needs to be no wider than +- `half_width`, as the scatter of a pilot
/// tells: n = max(n0, ceil((t s / half_width)^2)), with t of the pilot's n0 - 1 degrees of freedom. Stein's two stages
/// (Annals of Mathematical Statistics 16, 1945): since n depends on the pilot's scatter and not on its mean, the mean
/// of all n lies within half_width of the truth in 95 % of cases, where "stop when the interval is narrow" stops when
/// the scatter happens to look small. Values that are not finite are left out; fewer than two tell nothing: their
/// count.
std::size_t two_stage_count(std::span<const double> pilot, double half_width);

}  // namespace scalemark
