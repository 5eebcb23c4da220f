#include "analysis/breakdown.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;

class Breakdown : public testing::Test {
 protected:
  const MeasuredCase& measured() {
    files_ = {make_file({record_})};
    set_ = merge_cases(files_);
    return set_.cases.front();
  }

  CaseRecord record_ = make_case("a", 4, 10, {1.0, 1.0, 1.0});

 private:
  std::vector<results::ResultFile> files_;
  CaseSet set_;
};

TEST_F(Breakdown, PhasesAndGapAddUpToTheStepClock) {
  record_.phase_names = {"load", "forward"};
  record_.phase_seconds = {steady_samples({0.1, 0.3}, 4), steady_samples({0.5, 0.5}, 4)};
  record_.arms["phases"] = steady_samples({1.0, 1.0}, 4);
  const auto phases = phase_breakdown(measured());
  ASSERT_TRUE(phases);
  EXPECT_NEAR(phases->seconds[0], 0.2, 1e-12);
  EXPECT_NEAR(phases->seconds[1], 0.5, 1e-12);
  EXPECT_NEAR(phases->gap_seconds, 0.3, 1e-12);
  EXPECT_NEAR(phases->step_seconds, 1.0, 1e-12);
}

TEST_F(Breakdown, SamplesThatWereNotMeasuredAreLeftOut) {
  record_.phase_names = {"load"};
  record_.phase_seconds = {steady_samples({0.1, std::nan("")}, 4)};
  record_.arms["phases"] = steady_samples({1.0, 9.0}, 4);
  const auto phases = phase_breakdown(measured());
  ASSERT_TRUE(phases);
  EXPECT_NEAR(phases->step_seconds, 1.0, 1e-12);
}

TEST_F(Breakdown, PhasesOfAnotherShapeAreNoBreakdown) {
  record_.phase_names = {"load"};
  record_.phase_seconds = {steady_samples({0.1}, 4)};
  record_.arms["phases"] = steady_samples({1.0, 1.0}, 4);
  EXPECT_FALSE(phase_breakdown(measured()));
}

TEST_F(Breakdown, CostsAreDifferencesPairedByRepetition) {
  record_.arms["full"] = steady_samples({1.0, 2.0, 3.0}, 4);
  record_.arms["no_sync"] = steady_samples({0.8, 1.8, 2.8}, 4);
  record_.arms["cached_input"] = steady_samples({0.9, 1.9, 2.9}, 4);
  const auto exposed = exposed_communication(measured());
  ASSERT_TRUE(exposed);
  EXPECT_NEAR(exposed->seconds.estimate, 0.2, 1e-12);
  EXPECT_NEAR(exposed->seconds.low, 0.2, 1e-9);
  EXPECT_NEAR(exposed->share, 0.1, 1e-12);  // of the median step of 2 s
  EXPECT_NEAR(exposed->without_seconds, 1.8, 1e-12);
  EXPECT_NEAR(input_cost(measured())->seconds.estimate, 0.1, 1e-12);
}

TEST_F(Breakdown, BandwidthsFollowNcclTests) {
  record_.arms["comm_only"] = steady_samples({0.5, 0.5, 0.5}, 4);
  record_.bucket_bytes = {1000000, 3000000};
  const auto comm = communication(measured());
  ASSERT_TRUE(comm);
  EXPECT_EQ(comm->bytes, 4000000);
  EXPECT_NEAR(comm->algorithm_bandwidth, 8e6, 1e-3);
  EXPECT_NEAR(comm->bus_bandwidth, 12e6, 1e-3);  // x 2(4-1)/4
}

TEST_F(Breakdown, OneRankHasNoBusBandwidth) {
  record_ = make_case("a", 1, 10, {1.0});
  record_.arms["comm_only"] = steady_samples({0.5}, 1);
  record_.bucket_bytes = {1000000};
  EXPECT_TRUE(std::isnan(communication(measured())->bus_bandwidth));
}

TEST_F(Breakdown, MemoryIsThatOfTheExtremeRanks) {
  record_.rank_rows[3].peak_memory_bytes = std::nan("");
  const auto memory = memory_use(measured());
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->highest_bytes, 3 * 1048576.0);
  EXPECT_EQ(memory->highest_rank, 2);
  EXPECT_EQ(memory->lowest_bytes, 1048576.0);
}

TEST_F(Breakdown, WhatWasNotMeasuredIsAbsent) {
  for (auto& rank : record_.rank_rows) rank.peak_memory_bytes = std::nan("");
  EXPECT_FALSE(phase_breakdown(measured()));
  EXPECT_FALSE(exposed_communication(measured()));
  EXPECT_FALSE(input_cost(measured()));
  EXPECT_FALSE(communication(measured()));
  EXPECT_FALSE(memory_use(measured()));
}

TEST_F(Breakdown, ACaseThatIsNotOkHasNoCosts) {
  record_.arms["no_sync"] = steady_samples({0.8, 0.8, 0.8}, 4);
  record_.row.status = results::CaseStatus::kInvalid;
  EXPECT_FALSE(exposed_communication(measured()));
}

}  // namespace
}  // namespace scalemark::analysis
