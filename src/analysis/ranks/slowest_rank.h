#pragma once

#include <cstddef>
#include <optional>

#include "analysis/ranks/rank_times.h"

namespace scalemark::analysis {

/// A rank is only called slow beyond this ratio to the median of the others.
inline constexpr double kLeastSlowdown = 1.02;

/// The rank whose durations are longer than the median of the others by the most, among those of which the data say so.
///
/// Student's t over the repetitions' log ratios tests "at most `kLeastSlowdown`" for each rank, and Holm's adjustment
/// over the ranks keeps the share of healthy jobs that name a rank below 2.5 %, however many ranks they have. The
/// variance is the rank's own or the mean of all ranks, whichever is larger: a few repetitions tell little of the
/// scatter of one rank and much of that of all. nullopt for fewer than two ranks or two repetitions.
std::optional<std::size_t> slowest_rank(const SecondsByRank& seconds);

}  // namespace scalemark::analysis
