#include "prediction/prediction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "analysis/result_fixture.h"
#include "core/error.h"
#include "prediction/overlap_simulation.h"

namespace scalemark::prediction {
namespace {

constexpr LinkModel kSimulatedLink{1e-3, 50e6};
constexpr double kForward = 0.2;
constexpr double kBackward = 0.4;
constexpr double kOptimizer = 0.05;
const std::vector<double> kBucketBytes{1e6, 10e6, 8e6};
const std::vector<double> kReadySeconds{0.1, 0.25, 0.4};

/// The world that the cases are measured in: compute in proportion to the batch (of 32), one rank per host.
double true_step_seconds(int ranks, std::int64_t batch) {
  const double factor = static_cast<double>(batch) / 32;
  ComputeSchedule compute{kForward, kBackward, kOptimizer, {}};
  for (std::size_t i = 0; i < kBucketBytes.size(); ++i) compute.buckets.push_back({kBucketBytes[i], kReadySeconds[i]});
  return simulate_step(compute.scaled(factor),
                       [&](double bytes) { return ring_all_reduce_seconds(kSimulatedLink, ranks, bytes); })
      .step_seconds;
}

std::vector<double> thrice(double value) { return {value, value, value}; }

results::CaseRecord true_case(int ranks, std::int64_t batch) {
  const std::string id = "gpus=" + std::to_string(ranks) + ",batch_size=" + std::to_string(batch);
  auto record = analysis::make_case(id, ranks, batch, thrice(true_step_seconds(ranks, batch)));
  for (auto& row : record.rank_rows) row.host = "node" + std::to_string(row.rank);
  const double factor = static_cast<double>(batch) / 32;
  if (ranks == 1) return record;
  record.arms["no_sync"] = analysis::steady_samples(thrice(factor * (kForward + kBackward + kOptimizer)), ranks);
  // A pass that is slower than the timed steps by a tenth, as one that waits after every phase is.
  const double slow = 1.1 * factor;
  record.arms["phases"] = analysis::steady_samples(thrice(slow * (kForward + kBackward + kOptimizer) + 0.3), ranks);
  record.phase_names = {"forward", "backward", "reduce", "optimizer"};
  for (const double seconds : {slow * kForward, slow * kBackward, 0.3, slow * kOptimizer}) {
    record.phase_seconds.push_back(analysis::steady_samples(thrice(seconds), ranks));
  }
  for (std::size_t i = 0; i < kBucketBytes.size(); ++i) {
    record.bucket_bytes.push_back(static_cast<std::int64_t>(kBucketBytes[i]));
    record.bucket_ready_seconds.push_back(analysis::steady_samples(thrice(slow * kReadySeconds[i]), ranks));
    record.bucket_seconds.push_back(
        analysis::steady_samples(thrice(ring_all_reduce_seconds(kSimulatedLink, ranks, kBucketBytes[i])), ranks));
  }
  return record;
}

class PredictionTest : public ::testing::Test {
 protected:
  Prediction predicted(const std::vector<results::CaseRecord>& cases, const PredictionOptions& options) {
    files_ = {analysis::make_file(cases)};
    return predict(analysis::merge_cases(files_), options);
  }

  static const PredictedCase& find(const Prediction& prediction, analysis::ScalingKind kind, int ranks,
                                   std::int64_t batch_per_rank) {
    for (const auto& one : prediction.cases) {
      if (one.kind == kind && one.key.ranks == ranks && one.key.batch_per_rank == batch_per_rank) return one;
    }
    throw std::runtime_error("not predicted");
  }

  std::vector<results::ResultFile> files_;
};

TEST_F(PredictionTest, FindsTheTrueStepAtMoreRanksAndOtherBatches) {
  const auto prediction =
      predicted({true_case(1, 32), true_case(1, 64), true_case(2, 32), true_case(4, 32)}, {{8}, {}});
  for (const std::int64_t batch : {32, 64}) {
    const auto& one = find(prediction, analysis::ScalingKind::kFixedDataSet, 8, batch);
    EXPECT_NEAR(one.step_seconds.estimate, true_step_seconds(8, batch), 1e-6);
    EXPECT_NEAR(one.efficiency.estimate, true_step_seconds(1, batch) / true_step_seconds(8, batch), 1e-6);
  }
}

TEST_F(PredictionTest, HoldsTheGlobalBatch) {
  const auto prediction =
      predicted({true_case(1, 32), true_case(1, 64), true_case(2, 32), true_case(4, 32)}, {{2, 3}, {}});
  const auto& one = find(prediction, analysis::ScalingKind::kFixedGlobalBatch, 2, 32);
  EXPECT_EQ(one.key.global_batch, 64);
  EXPECT_NEAR(one.speedup.estimate, true_step_seconds(1, 64) / true_step_seconds(2, 32), 1e-6);
  EXPECT_TRUE(find(prediction, analysis::ScalingKind::kFixedGlobalBatch, 2, 16).extrapolated);
  EXPECT_THROW(find(prediction, analysis::ScalingKind::kFixedGlobalBatch, 3, 32), std::runtime_error);
}

TEST_F(PredictionTest, ValidatesEveryCaseFromTheOthers) {
  auto wrong = true_case(4, 32);
  wrong.arms["full"] = analysis::steady_samples(thrice(2 * true_step_seconds(4, 32)), 4);
  const auto prediction = predicted({true_case(1, 32), true_case(2, 32), wrong}, {{8}, {}});
  ASSERT_EQ(prediction.validation.size(), 2U);
  EXPECT_NEAR(prediction.validation[0].error(), 0, 1e-6);
  EXPECT_NEAR(prediction.validation[1].error(), -0.5, 1e-6);
  EXPECT_NEAR(prediction.model_error, std::log(2) / std::sqrt(2), 1e-6);
  const auto& one = find(prediction, analysis::ScalingKind::kFixedDataSet, 8, 32);
  EXPECT_GT(one.step_seconds.high / one.step_seconds.estimate, 1.5);
}

TEST_F(PredictionTest, NamesTheBandwidthThatNinetyPercentNeeds) {
  const std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32)};
  const double needed =
      find(predicted(cases, {{2}, {}}), analysis::ScalingKind::kFixedDataSet, 2, 32).needed_bytes_per_second;
  const NetworkModel network{"wanted", 1, {1e-3, needed}, {1e-3, needed}};
  EXPECT_NEAR(find(predicted(cases, {{2}, network}), analysis::ScalingKind::kFixedDataSet, 2, 32).efficiency.estimate,
              0.9, 1e-6);
}

TEST_F(PredictionTest, NamesTheCountWhereCommunicationStopsHiding) {
  const NetworkModel slow{"slow", 1, {1e-3, 1e6}, {1e-3, 1e6}};
  const NetworkModel fast{"fast", 1, {0, 1e15}, {0, 1e15}};
  const std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32)};
  EXPECT_EQ(predicted(cases, {{2}, slow}).limits.at(0).ranks, 2);
  EXPECT_EQ(predicted(cases, {{2}, fast}).limits.at(0).ranks, 0);
}

TEST_F(PredictionTest, WarnsWhereNoTrafficBetweenHostsWasMeasured) {
  auto one_host = true_case(2, 32);
  for (auto& row : one_host.rank_rows) row.host = "node1";
  EXPECT_EQ(predicted({true_case(1, 32), one_host}, {{8}, {}}).notes.size(), 1U);
  EXPECT_TRUE(predicted({true_case(1, 32), true_case(2, 32)}, {{8}, {}}).notes.empty());
}

TEST_F(PredictionTest, TellsTrainingsOfOneModelApart) {
  std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32)};
  EXPECT_EQ(predicted(cases, {{8}, {}}).cases.front().training, "resnet10");
  for (auto other : {true_case(1, 32), true_case(2, 32)}) {
    other.row.case_id += ",precision=bf16";
    other.row.precision = "bf16";
    cases.push_back(other);
  }
  const auto prediction = predicted(cases, {{8}, {}});
  EXPECT_EQ(prediction.cases.front().training, "resnet10, precision fp32");
  EXPECT_EQ(prediction.limits.back().training, "resnet10, precision bf16");
}

TEST_F(PredictionTest, RefusesFilesWithoutCommunication) {
  EXPECT_THROW(predicted({true_case(1, 32)}, {{8}, {}}), InputError);
}

}  // namespace
}  // namespace scalemark::prediction
