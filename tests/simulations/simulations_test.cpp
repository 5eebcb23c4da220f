// A short form of the simulations behind docs/evidence.md. A bound lies four standard errors of its binomial beyond
// what is promised, so that chance fails one test in 30,000.
#include <gtest/gtest.h>

#include <cmath>

#include "simulations/comparisons.h"
#include "simulations/fleets.h"
#include "simulations/histories.h"
#include "simulations/intervals.h"
#include "simulations/stragglers.h"
#include "simulations/trends.h"

namespace scalemark::simulations {
namespace {

constexpr std::uint64_t kShortSeed = 7;

double standard_error(int runs, double share) { return std::sqrt(runs * share * (1.0 - share)); }
double at_least(int runs, double share) { return runs * share - 4.0 * standard_error(runs, share); }
double at_most(int runs, double share) { return runs * share + 4.0 * standard_error(runs, share); }

TEST(Intervals, CoverTheTruthWhereRepetitionsAreIndependentDriftOrAreHeavyTailed) {
  constexpr int kSweeps = 500;
  for (const World& world : quiet_worlds()) {
    for (const int repetitions : {3, 5, 7, kAuto}) {
      const Coverage found = coverage_of(world, repetitions, kSweeps, kShortSeed);
      EXPECT_GE(found.covered, at_least(kSweeps, 0.93)) << world.name << ", " << repetitions << " repetitions";
      // A safe but useless interval is no success: Student's t of the worst world, with room.
      EXPECT_LE(found.median_width, repetitions == 3 ? 0.25 : 0.12) << world.name;
      EXPECT_EQ(found.assumption_stated, repetitions == 3 ? kSweeps : 0) << world.name;
    }
  }
}

TEST(Intervals, OfTwentyRepetitionsHoldOrAreFlagged) {
  constexpr int kSweeps = 300;
  for (const World& world : adverse_worlds()) {
    if (world.job_scatter > 0.0) continue;  // nothing in one job can show it
    const Coverage found = coverage_of(world, 20, kSweeps, kShortSeed);
    EXPECT_TRUE(found.covered >= at_least(kSweeps, 0.90) || found.flagged >= at_least(kSweeps, 0.80))
        << world.name << ": covered " << found.covered << ", flagged " << found.flagged;
  }
}

TEST(Intervals, QuietSweepsAreSeldomFlagged) {
  constexpr int kSweeps = 500;
  for (const int repetitions : {3, 5, 7, 20}) {
    EXPECT_LE(coverage_of(quiet_worlds().front(), repetitions, kSweeps, kShortSeed).flagged, at_most(kSweeps, 0.05))
        << repetitions << " repetitions";
  }
}

TEST(Stragglers, HealthyJobsOf64RanksNameNone) {
  constexpr int kJobs = 200;
  for (const int repetitions : {3, 7}) {
    const Namings found = namings_in({64, 0.08, 1.0, 0}, repetitions, kJobs, kShortSeed);
    EXPECT_LE(found.slow, at_most(kJobs, 0.05)) << repetitions << " repetitions";
    EXPECT_LE(found.drifting, at_most(kJobs, 0.05)) << repetitions << " repetitions";
  }
  EXPECT_GE(namings_in({64, 0.01, 1.10, 0}, 3, kJobs, kShortSeed).slow, at_least(kJobs, 0.95));
}

TEST(Trends, CorrelatedStepsRaiseNoAlarm) {
  constexpr int kCases = 400;
  for (const double correlation : {0.0, 0.5, 0.9}) {
    for (const int repetitions : {3, 7})
      EXPECT_LE(trends_found({correlation, 0.0, 20, false}, repetitions, kCases, kShortSeed), at_most(kCases, 0.05))
          << correlation << ", " << repetitions << " repetitions";
    EXPECT_LE(trends_found({correlation, 0.0, 200, false}, 1, kCases, kShortSeed), at_most(kCases, 0.05))
        << correlation;
  }
  EXPECT_GE(trends_found({0.0, 0.10, 20, false}, 7, kCases, kShortSeed), at_least(kCases, 0.95));
}

TEST(Comparisons, CallWhatIsThereAndNotWhatIsNot) {
  constexpr int kComparisons = 300;
  const ComparisonWorld machine{0.02, 0.03, 0.10};
  EXPECT_LE(calls_in({0.02, 0.0, 0.0}, Layout::kTwoFiles, 7, 1.05, kComparisons, kShortSeed).by_threshold,
            at_most(kComparisons, 0.025));
  EXPECT_LE(calls_in(machine, Layout::kRounds, 7, 1.05, kComparisons, kShortSeed).by_threshold,
            at_most(kComparisons, 0.025));
  EXPECT_GE(calls_in({0.02, 0.0, 0.0}, Layout::kTwoFiles, 7, 1.10, kComparisons, kShortSeed).by_threshold,
            at_least(kComparisons, 0.90));
}

TEST(Nodes, BadOnesOf64AreFoundAndHealthyOnesAreNot) {
  constexpr int kFleets = 60;
  EXPECT_LE(fleets_examined(usual_fleet(), BadNode::kNone, kFleets, kShortSeed).false_alarms, at_most(kFleets, 0.05));
  for (const BadNode bad : {BadNode::kSlow, BadNode::kHalfBandwidth, BadNode::kSpikes}) {
    const FleetFindings findings = fleets_examined(usual_fleet(), bad, kFleets, kShortSeed);
    EXPECT_GE(findings.found, at_least(kFleets, 0.95)) << static_cast<int>(bad);
    EXPECT_LE(findings.false_alarms, at_most(kFleets, 0.05)) << static_cast<int>(bad);
  }
}

TEST(Histories, AShiftIsNoticedAndScatterIsNot) {
  constexpr int kHistories = 200;
  EXPECT_LE(histories_examined({"", 30, 4}, 0.0, 0, kHistories, kShortSeed).any_shift, at_most(kHistories, 0.05));
  EXPECT_GE(shifts_noticed({"", 30, 1, 0.01}, 0.10, 1, kHistories, kShortSeed), at_least(kHistories, 0.95));
}

}  // namespace
}  // namespace scalemark::simulations
