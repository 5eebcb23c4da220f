#pragma once

#include <cstdint>
#include <string>

namespace scalemark::simulations {

/// Jobs whose ranks take `scatter` more or less in each repetition; rank 3 is `slowdown` times as slow.
struct RankWorld {
  int ranks = 64;
  double scatter = 0.08;
  double slowdown = 1.0;
  int noisy_ranks = 0;  ///< of the ranks, how many scatter three times as much
};

/// Of `jobs` simulated jobs, in how many the report names a slow rank (rank 3 where it is slow, else any), and in how
/// many a rank whose steps drift.
struct Namings {
  int slow = 0;
  int drifting = 0;
};

Namings namings_in(const RankWorld& world, int repetitions, int jobs, std::uint64_t seed);

/// Markdown: how often healthy jobs name a rank, and slow ranks are named.
std::string straggler_table(int jobs, std::uint64_t seed);

}  // namespace scalemark::simulations
