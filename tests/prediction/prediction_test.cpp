#include "prediction/prediction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "analysis/result_fixture.h"
#include "core/error.h"
#include "prediction/network_text.h"
#include "prediction/overlap_simulation.h"

namespace scalemark::prediction {
namespace {

constexpr LinkModel kSimulatedLink{1e-3, 50e6};
const NetworkModel kSimulatedNetwork{"", 1, {}, kSimulatedLink};
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
                       [&](double bytes) { return ring_all_reduce_seconds(kSimulatedNetwork, ranks, bytes); })
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
        analysis::steady_samples(thrice(ring_all_reduce_seconds(kSimulatedNetwork, ranks, kBucketBytes[i])), ranks));
  }
  return record;
}

void put_on_one_host(results::CaseRecord& record) {
  for (auto& row : record.rank_rows) row.host = "node1";
}

void keep_one_repetition(results::StepSamples& samples) {
  samples.seconds.resize(static_cast<std::size_t>(samples.steps * samples.ranks));
}

void keep_one_repetition(results::CaseRecord& record) {
  for (auto& [arm, samples] : record.arms) keep_one_repetition(samples);
  for (auto* items : {&record.phase_seconds, &record.bucket_seconds, &record.bucket_ready_seconds}) {
    for (auto& samples : *items) keep_one_repetition(samples);
  }
}

void slow_down(results::ItemSamples& items, double factor) {
  for (auto& item : items) {
    for (double& seconds : item.seconds) seconds *= factor;
  }
}

PredictionOptions at(std::vector<int> ranks) { return {std::move(ranks), {}}; }

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

  static const PredictedCase& weak(const Prediction& prediction, int ranks, std::int64_t batch_per_rank = 32) {
    return find(prediction, analysis::ScalingKind::kFixedDataSet, ranks, batch_per_rank);
  }

  std::vector<results::ResultFile> files_;
};

TEST_F(PredictionTest, FindsTheTrueStepAtMoreRanksAndOtherBatches) {
  const auto prediction = predicted({true_case(1, 32), true_case(1, 64), true_case(2, 32), true_case(4, 32)}, at({8}));
  for (const std::int64_t batch : {32, 64}) {
    const auto& one = weak(prediction, 8, batch);
    EXPECT_NEAR(one.step_seconds.estimate, true_step_seconds(8, batch), 1e-5);
    EXPECT_NEAR(one.efficiency.estimate, true_step_seconds(1, batch) / true_step_seconds(8, batch), 1e-5);
  }
}

TEST_F(PredictionTest, HoldsTheGlobalBatch) {
  const auto prediction =
      predicted({true_case(1, 32), true_case(1, 64), true_case(2, 32), true_case(4, 32)}, at({2, 3}));
  const auto& one = find(prediction, analysis::ScalingKind::kFixedGlobalBatch, 2, 32);
  EXPECT_EQ(one.key.global_batch, 64);
  EXPECT_NEAR(one.speedup.estimate, true_step_seconds(1, 64) / true_step_seconds(2, 32), 1e-5);
  EXPECT_TRUE(find(prediction, analysis::ScalingKind::kFixedGlobalBatch, 2, 16).extrapolated);
  EXPECT_THROW(find(prediction, analysis::ScalingKind::kFixedGlobalBatch, 3, 32), std::runtime_error);
}

TEST_F(PredictionTest, CountsTheSlowestOfMoreRanks) {
  auto with_stalls = true_case(4, 32);
  results::StepSamples& steps = with_stalls.arms.at("no_sync");
  const double seconds = kForward + kBackward + kOptimizer;
  for (std::size_t i = 0; i < steps.seconds.size(); i += 16) steps.seconds[i] = 2 * seconds;  // one step of four
  const NetworkFit no_network = given_network({"none", 1, {0, 1e15}, {0, 1e15}});
  const auto prediction = predicted({true_case(1, 32), true_case(2, 32), with_stalls}, {{4, 16}, no_network, true});
  EXPECT_NEAR(weak(prediction, 4).step_seconds.estimate, seconds * 1.25, 1e-3);
  EXPECT_GT(weak(prediction, 16).step_seconds.estimate, seconds * (2 - std::pow(0.75, 4)) - 1e-3);
}

TEST_F(PredictionTest, ValidatesEveryCaseFromTheOtherCounts) {
  auto wrong = true_case(4, 32);
  wrong.arms["full"] = analysis::steady_samples(thrice(2 * true_step_seconds(4, 32)), 4);
  const auto prediction = predicted({true_case(1, 32), true_case(2, 32), wrong, true_case(8, 32)}, at({8}));
  ASSERT_EQ(prediction.validation.size(), 3U);
  EXPECT_NEAR(prediction.validation[0].error(), 0, 1e-5);
  EXPECT_NEAR(prediction.validation[1].error(), -0.5, 1e-5);
  EXPECT_NEAR(prediction.validation[2].error(), 0, 1e-5);
  EXPECT_EQ(prediction.validation[2].doublings, 1);
  EXPECT_NEAR(root_mean_square_error(prediction.validation), std::log(2) / std::sqrt(3), 1e-5);
}

TEST_F(PredictionTest, NothingOfACaseIsUsedToValidateIt) {
  const std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32), true_case(4, 32)};
  const Validation before = predicted(cases, at({8})).validation.at(1);
  auto other = cases;
  slow_down(other[2].bucket_seconds, 10);
  slow_down(other[2].bucket_ready_seconds, 3);
  slow_down(other[2].phase_seconds, 3);
  for (auto& [arm, samples] : other[2].arms) {
    if (arm == "full") continue;
    for (double& seconds : samples.seconds) seconds *= 3;
  }
  const auto prediction = predicted(other, at({8}));
  EXPECT_EQ(prediction.validation.at(1).predicted_seconds, before.predicted_seconds);
  EXPECT_NE(prediction.validation.at(0).predicted_seconds,
            predicted(cases, at({8})).validation.at(0).predicted_seconds);
}

TEST_F(PredictionTest, ACaseThatNothingElseTellsOfIsNotValidated) {
  const auto alone = predicted({true_case(1, 32), true_case(2, 32)}, at({2}));
  EXPECT_TRUE(std::isnan(alone.validation.at(0).predicted_seconds));
  EXPECT_TRUE(analysis::contains(alone.validation.at(0).source, "nothing"));
  const auto batches = predicted({true_case(1, 32), true_case(1, 64), true_case(2, 32), true_case(2, 64)}, at({2}));
  EXPECT_TRUE(analysis::contains(batches.validation.at(0).source, "batches"));
  EXPECT_NEAR(batches.validation.at(0).error(), 0, 1e-5);
}

TEST_F(PredictionTest, BandsWidenWithTheDistance) {
  const auto prediction = predicted({true_case(1, 32), true_case(2, 32), true_case(4, 32)}, at({4, 8, 16}));
  double last = 1;
  for (const int ranks : {4, 8, 16}) {
    const Interval& step = weak(prediction, ranks).step_seconds;
    EXPECT_GT(step.high / step.low, last);
    last = step.high / step.low;
  }
}

TEST(ModelError, CountsEveryCountOnceAndUsesStudentsT) {
  // One count that was off by 10 %, and the 3.3 % of three counts before: t for 4 degrees of freedom.
  const std::vector<Validation> twice_the_same(2, {{"", 2}, 1.0, std::exp(0.1), 0, ""});
  const ModelError error = model_error(twice_the_same);
  const double sigma = std::sqrt((3 * 0.033 * 0.033 + 0.1 * 0.1) / 4);
  EXPECT_NEAR(error.half_width(0), 2.7764451051977987 * sigma, 1e-9);
  EXPECT_NEAR(error.half_width(3), 2 * 2.7764451051977987 * sigma, 1e-9);
  EXPECT_NEAR(model_error({}).half_width(0), 3.182446305284263 * 0.033, 1e-9);
}

TEST(ModelError, AnErrorOfAnExtrapolationCountsByItsDistance) {
  const std::vector<Validation> one_doubling{{{"", 4}, 1.0, std::exp(0.1), 1, ""}};
  EXPECT_NEAR(model_error(one_doubling).at_measured_counts, std::sqrt((3 * 0.033 * 0.033 + 0.1 * 0.1 / 2) / 4), 1e-9);
}

TEST_F(PredictionTest, WithholdsWhatIsTooFarFromOneHost) {
  auto two = true_case(2, 8);
  auto four = true_case(4, 8);
  put_on_one_host(two);
  put_on_one_host(four);
  const std::vector<results::CaseRecord> cases{true_case(1, 8), two, four};
  const auto prediction = predicted(cases, at({32, 33}));
  EXPECT_TRUE(weak(prediction, 32, 8).step_seconds.estimate > 0) << weak(prediction, 32, 8).withheld;
  EXPECT_TRUE(weak(prediction, 32, 8).as_on_one_host);
  EXPECT_TRUE(std::isnan(weak(prediction, 33, 8).step_seconds.estimate));
  EXPECT_TRUE(analysis::contains(weak(prediction, 33, 8).withheld, "--extrapolate"));
  EXPECT_GT(weak(predicted(cases, {{33}, {}, true}), 33, 8).step_seconds.estimate, 0);
  const auto two_hosts = predicted({true_case(1, 8), true_case(2, 8), true_case(4, 8)}, at({33}));
  EXPECT_FALSE(analysis::contains(weak(two_hosts, 33, 8).withheld, "--extrapolate"));
}

TEST_F(PredictionTest, AsksForTheNetworkThatOneBucketOnOneCountDoesNotTell) {
  auto two = true_case(2, 8);
  two.bucket_bytes.resize(1);
  two.bucket_seconds.resize(1);
  two.bucket_ready_seconds.resize(1);
  const std::vector<results::CaseRecord> cases{true_case(1, 8), two};
  const std::string withheld = weak(predicted(cases, at({16})), 16, 8).withheld;
  EXPECT_TRUE(analysis::contains(withheld, "the latency between nodes, the bandwidth between nodes")) << withheld;
  EXPECT_TRUE(analysis::contains(withheld, "--network")) << withheld;
  const NetworkFit given = given_network({"given", 1, kSimulatedLink, kSimulatedLink});
  EXPECT_EQ(weak(predicted(cases, {{16}, given}), 16, 8).withheld, "");
}

TEST_F(PredictionTest, RefusesAGlobalBatchThatRunRefuses) {
  const std::vector<results::CaseRecord> cases{true_case(1, 64), true_case(2, 64), true_case(4, 64)};
  const auto prediction = predicted(cases, {{15, 16}, {}, true});
  EXPECT_EQ(weak(prediction, 15, 64).withheld, "");
  EXPECT_EQ(weak(prediction, 16, 64).withheld,
            "a global batch of 1024 needs more than the 1000 images of the data set");
  EXPECT_TRUE(std::isnan(weak(prediction, 16, 64).step_seconds.estimate));
}

TEST_F(PredictionTest, NamesTheBandwidthThatNinetyPercentNeeds) {
  const std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32)};
  const double needed = weak(predicted(cases, at({2})), 2).needed_bytes_per_second;
  const LinkModel link{predicted(cases, at({2})).network.inter_node.link.latency_seconds, needed};
  const NetworkFit network = given_network({"wanted", 1, link, link});
  EXPECT_NEAR(weak(predicted(cases, {{2}, network}), 2).efficiency.estimate, 0.9, 1e-6);
}

TEST_F(PredictionTest, NamesTheCountWhereCommunicationStopsHiding) {
  const NetworkFit slow = given_network({"slow", 1, {1e-3, 1e6}, {1e-3, 1e6}});
  const NetworkFit fast = given_network({"fast", 1, {0, 1e15}, {0, 1e15}});
  const std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32)};
  EXPECT_EQ(predicted(cases, {{2}, slow}).limits.at(0).ranks, 2);
  EXPECT_EQ(predicted(cases, {{2}, fast}).limits.at(0).ranks, 0);
  EXPECT_EQ(predicted(cases, {{2}, fast}).limits.at(0).furthest, 4096);
}

TEST_F(PredictionTest, WarnsWhereNoTrafficBetweenHostsWasMeasured) {
  auto one_host = true_case(2, 32);
  put_on_one_host(one_host);
  EXPECT_TRUE(analysis::contains(predicted({true_case(1, 32), one_host}, at({8})).notes.front(), "on two hosts"));
  EXPECT_TRUE(predicted({true_case(1, 32), true_case(2, 32), true_case(4, 32)}, at({8})).notes.empty());
}

TEST_F(PredictionTest, CallsUnknownWhatWasNotMeasured) {
  auto one_host = true_case(2, 32);
  put_on_one_host(one_host);
  const auto prediction = predicted({true_case(1, 32), one_host}, at({4}));
  EXPECT_TRUE(analysis::contains(prediction_page(prediction), "between nodes: unknown")) << prediction_page(prediction);
  EXPECT_TRUE(
      analysis::contains(network_yaml(prediction.network), "inter_node: {latency: unknown, bandwidth: unknown}"));
  EXPECT_TRUE(analysis::contains(network_yaml(prediction.network),
                                 "intra_node: {latency: 1000.0000us, bandwidth: 50.0000MB/s}"));
}

TEST_F(PredictionTest, OneRepetitionGivesNoBand) {
  std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32), true_case(4, 32)};
  for (auto& one : cases) keep_one_repetition(one);
  const auto prediction = predicted(cases, at({8}));
  EXPECT_NEAR(weak(prediction, 8).step_seconds.estimate, true_step_seconds(8, 32), 1e-5);
  EXPECT_TRUE(std::isnan(weak(prediction, 8).step_seconds.high));
  EXPECT_TRUE(analysis::contains(prediction_page(prediction), "one repetition: no band"));
}

TEST_F(PredictionTest, TellsTrainingsOfOneModelApart) {
  std::vector<results::CaseRecord> cases{true_case(1, 32), true_case(2, 32)};
  EXPECT_EQ(predicted(cases, at({8})).cases.front().training, "resnet10");
  for (auto other : {true_case(1, 32), true_case(2, 32)}) {
    other.row.case_id += ",precision=bf16";
    other.row.precision = "bf16";
    cases.push_back(other);
  }
  const auto prediction = predicted(cases, at({8}));
  EXPECT_EQ(prediction.cases.front().training, "resnet10, precision fp32");
  EXPECT_EQ(prediction.limits.back().training, "resnet10, precision bf16");
}

TEST_F(PredictionTest, RefusesFilesWithoutCommunication) {
  EXPECT_THROW(predicted({true_case(1, 32)}, at({8})), InputError);
}

}  // namespace
}  // namespace scalemark::prediction
