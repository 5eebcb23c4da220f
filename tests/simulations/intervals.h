#pragma once

#include <cstdint>
#include <string>

#include "simulations/worlds.h"

namespace scalemark::simulations {

/// What the report says of simulated sweeps, against the truth.
struct Coverage {
  int sweeps = 0;
  int covered = 0;            ///< the truth lies within the 95 % intervals of efficiency and of speed-up
  int flagged = 0;            ///< a case is flagged, other than for the assumption below
  int neither = 0;            ///< not covered, and not flagged
  int assumption_stated = 0;  ///< both cases say that the independence of their repetitions is assumed
  double median_width = 0.0;  ///< of the interval of efficiency, over the truth
};

Coverage coverage_of(const World& world, int repetitions, int sweeps, std::uint64_t seed);

/// Markdown: coverage, width and flags by world and number of repetitions.
std::string interval_tables(int sweeps, std::uint64_t seed);

}  // namespace scalemark::simulations
