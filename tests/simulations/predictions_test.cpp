#include "simulations/predictions.h"

#include <gtest/gtest.h>

namespace scalemark::simulations {
namespace {

/// Few clusters of what `simulate predictions` runs many of. There the bands of these cover 95 % and more,
/// so that fewer than 85 % of 60 come about once in a thousand times.
TEST(Predictions, EightTimesTheMeasuredCountIsCoveredAndSeldomWithheld) {
  for (const MeasuredCounts& counts : measured_counts()) {
    if (!counts.identifies) continue;
    const PredictionCoverage coverage = prediction_coverage(kinds_of_trouble().back(), counts, 8, 60);
    EXPECT_GE(coverage.covered_share(), 0.85) << counts.name;
    EXPECT_LE(coverage.withheld_share(), 0.2) << counts.name;
    EXPECT_LT(coverage.width, 2) << counts.name << ": a band that holds everything says nothing";
  }
}

}  // namespace
}  // namespace scalemark::simulations
