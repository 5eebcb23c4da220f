#pragma once

#include <cstdint>
#include <string>

namespace scalemark::simulations {

enum class BadNode {
  kNone,
  kSlow,           ///< its steps take 10 % longer
  kHalfBandwidth,  ///< its reductions take twice as long
  kSpikes,         ///< one of its steps in 20, by chance, takes twice as long: 5 % of the time
};

/// Nodes that each measured one case: 7 repetitions of 20 steps.
struct FleetWorld {
  std::string name;
  int nodes = 64;
  double node_scatter = 0.005;   ///< of the true step time and bandwidth from node to node
  double scatter = 0.02;         ///< of the repetitions, and of single steps
  bool heavy_tails = false;      ///< of the repetitions: Student's t with 3 degrees of freedom
  double stall_probability = 0;  ///< of a step of any node, which then takes five times as long
  int bad_nodes = 1;             ///< where any are bad
};

/// Of so many fleets.
struct FleetFindings {
  int found = 0;         ///< every bad node stands out in what is wrong with it
  int false_alarms = 0;  ///< some other node stands out
};

FleetFindings fleets_examined(const FleetWorld& world, BadNode bad, int fleets, std::uint64_t seed);

/// The first world of the table: 64 nodes, 2 % scatter.
const FleetWorld& usual_fleet();

/// Markdown: how often healthy fleets name a node, and how often bad nodes are found.
std::string fleet_table(int fleets, std::uint64_t seed);

}  // namespace scalemark::simulations
