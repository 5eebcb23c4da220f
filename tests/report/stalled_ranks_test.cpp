// Steps that stall are in throughput, epoch, speed-up and efficiency as long as they last, however rare they are.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/result_fixture.h"
#include "report/pages/documents.h"
#include "report/report.h"
#include "results/result_store.h"
#include "temporary_folder.h"

namespace scalemark::report {
namespace {

using namespace analysis;

constexpr std::int64_t kRepetitions = 9;
constexpr std::int64_t kSteps = 100;
constexpr std::int64_t kImages = 50000;
constexpr std::int64_t kBatch = 128;
constexpr double kAlone = 0.4795;  // seconds of a step that does not stall
constexpr double kEight = 0.4833;
constexpr double kStall = 2.35;  // seconds more

/// Steps of `seconds` of which those of `stalls[repetition]` per repetition stall. All ranks wait for the one that
/// does.
results::CaseRecord stalled_case(const std::string& id, std::int32_t ranks, double seconds,
                                 const std::vector<int>& stalls) {
  results::CaseRecord record = make_case(id, ranks, kBatch, {});
  record.images = kImages;
  record.planned_repetitions = kRepetitions;
  results::StepSamples samples{kSteps, ranks, {}};
  for (const int of_repetition : stalls) {
    for (std::int64_t step = 0; step < kSteps; ++step) {
      const bool stalled = of_repetition > 0 && step % (kSteps / of_repetition) == 17;
      samples.seconds.insert(samples.seconds.end(), static_cast<std::size_t>(ranks),
                             seconds + (stalled ? kStall : 0.0));
    }
  }
  record.arms["full"] = samples;
  results::summarize(record);
  return record;
}

/// Five stalls in the 900 steps of one rank, two in each 100 steps of eight.
Report stalled_report() {
  const TemporaryFolder temporary;
  const std::string path = (temporary.path() / "stalled.h5").string();
  results::ResultStore store = results::ResultStore::create(path, make_file({}));
  store.put_case(stalled_case("gpus=1", 1, kAlone, {1, 0, 1, 0, 1, 0, 1, 0, 1}));
  store.put_case(stalled_case("gpus=8", 8, kEight, std::vector<int>(kRepetitions, 2)));
  store.commit();
  return build_report({results::read_results(path)});
}

TEST(StalledRanks, ReportTheTimeThatPassed) {
  const ScalingRow row = stalled_report().fixed_data_set.at(1);
  const double alone = kAlone + 5 * kStall / (kRepetitions * kSteps);
  const double eight = kEight + 2 * kStall / kSteps;
  EXPECT_NEAR(row.efficiency.estimate, alone / eight, 1e-12);
  EXPECT_NEAR(row.seconds.estimate, kImages / (8.0 * kBatch) * eight, 1e-9);
  // What that is, and what medians would make of it.
  EXPECT_NEAR(row.efficiency.estimate, 0.929, 0.0005);
  EXPECT_NEAR(row.seconds.estimate, 25.9, 0.05);
  EXPECT_NEAR(kAlone / kEight, 0.992, 0.0005);
  EXPECT_NEAR(kImages / (8.0 * kBatch) * kEight, 23.6, 0.05);
}

TEST(StalledRanks, LeaveTheTypicalStepAlone) {
  const Report report = stalled_report();
  EXPECT_NEAR(report.cases.at(1).row.step_seconds, kEight, 1e-12);
  const StepSpread& spread = report.step_spreads.at(1);
  EXPECT_NEAR(spread.excess_fraction, 0.02 * kStall / (kEight + 0.02 * kStall), 1e-12);
  EXPECT_EQ(spread.stalls, 2 * kRepetitions);
  EXPECT_EQ(spread.finding,
            "8.9 % of the time goes into stalls: 18 of 900 steps (one in 50) take 5.9 times the typical one");
  EXPECT_NEAR(spread.p99_seconds, kEight + kStall, 1e-12);  // two steps in a hundred
  EXPECT_NEAR(spread.p95_seconds, kEight, 1e-12);
  EXPECT_NEAR(spread.between_fraction, 0.0, 1e-12);
}

TEST(StalledRanks, AreNotMixedUpWithScatter) {
  const auto quiet = make_case("quiet", 1, 10, {1.0, 1.1, 1.2});
  const Report report = build_report({make_file({quiet})});
  EXPECT_EQ(report.step_spreads.at(0).finding, "");
  EXPECT_NEAR(report.step_spreads.at(0).within_fraction, 0.0, 1e-12);
  EXPECT_NEAR(report.step_spreads.at(0).between_fraction, 0.1 / 1.1, 1e-12);
  EXPECT_TRUE(std::isnan(report.step_spreads.at(0).p95_seconds));  // of twelve steps
}

}  // namespace
}  // namespace scalemark::report
