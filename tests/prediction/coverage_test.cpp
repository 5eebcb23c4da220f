#include "prediction/coverage.h"

#include <gtest/gtest.h>

namespace scalemark::prediction {
namespace {

/// Few worlds of what build/tests/predict_coverage runs many of. There the bands of these worlds cover 95 % and more,
/// so that fewer than 85 % of 60 come about once in a thousand times.
TEST(Coverage, EightTimesTheMeasuredCountIsCoveredAndSeldomWithheld) {
  for (const Layout& layout : layouts()) {
    if (!layout.identifies) continue;
    const Coverage coverage = coverage_of(kinds_of_trouble().back(), layout, 8, 60);
    EXPECT_GE(coverage.covered_share(), 0.85) << layout.name;
    EXPECT_LE(coverage.withheld_share(), 0.2) << layout.name;
    EXPECT_LT(coverage.width, 2) << layout.name << ": a band that holds everything says nothing";
  }
}

}  // namespace
}  // namespace scalemark::prediction
