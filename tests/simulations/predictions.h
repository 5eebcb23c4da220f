#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulations/clusters.h"

namespace scalemark::simulations {

/// How often `scalemark predict`'s bands held the true step, over many clusters of one kind.
struct PredictionCoverage {
  int clusters = 0;
  int predicted = 0;  ///< not withheld
  int covered = 0;    ///< of those predicted
  double width = 0;   ///< median of the bands' upper end over their lower
  double bias = 0;    ///< median of predicted over true step

  double covered_share() const { return predicted == 0 ? 1.0 : static_cast<double>(covered) / predicted; }
  double withheld_share() const { return 1 - static_cast<double>(predicted) / clusters; }
};

/// Measures `clusters` clusters and predicts `factor` times the largest measured count in each. The seeds are 1, 2, ...
PredictionCoverage prediction_coverage(const Troubles& troubles, const MeasuredCounts& counts, int factor,
                                       int clusters);

const std::vector<Troubles>& kinds_of_trouble();
const std::vector<MeasuredCounts>& measured_counts();

/// Markdown: coverage, what is withheld, and widths. A cluster's seed is its number, whatever `seed` is.
std::string prediction_table(int clusters, std::uint64_t seed);

}  // namespace scalemark::simulations
