#include "train/parameter_update.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "train/cases.h"
#include "train/trained_network.h"

namespace scalemark::train {
namespace {

const at::Device kUpdated(at::kCPU);
constexpr std::int64_t kScheduled = 8;
constexpr double kRate = 0.25;

config::CaseConfig plain_sgd(config::Precision precision) {
  auto config = rank_invariant_case(1, 4, precision);
  config.train.optimizer = "sgd";
  config.train.learning_rate = kRate;
  config.train.momentum = 0;
  config.train.weight_decay = 0;
  return config;
}

// A network whose gradients are given instead of computed.
struct Updated {
  explicit Updated(const config::CaseConfig& config) : Updated(config, 0) {}

  Updated(const config::CaseConfig& config, std::int64_t rising_steps)
      : network(config, kUpdated),
        weights(network.network(), config.train.precision),
        update(config, kUpdated, weights, kScheduled, rising_steps) {}

  void give_gradients(double value) {
    for (const auto& master : weights.masters()) master.mutable_grad() = at::full_like(master.detach(), value);
  }

  at::Tensor first() const { return weights.masters().front().detach().clone(); }

  /// How far an update with gradients of 1 moves the first parameter: by the learning rate.
  double rate_at(std::int64_t step) {
    const at::Tensor before = first();
    update.set_step(step);
    give_gradients(1);
    update.apply();
    return (before - first()).mean().item<double>();
  }

  TrainedNetwork network;
  MasterWeights weights;
  ParameterUpdate update;
};

TEST(ParameterUpdate, MovesEveryParameterAgainstItsGradient) {
  Updated updated(plain_sgd(config::Precision::kFp64));
  std::vector<at::Tensor> expected;
  for (const auto& master : updated.weights.masters()) expected.push_back(master.detach() - kRate * 3);
  updated.give_gradients(3);
  EXPECT_FALSE(updated.update.apply().defined()) << "only fp16 leaves steps out";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(torch::allclose(updated.weights.masters()[i].detach(), expected[i], 0, 1e-15)) << "parameter " << i;
  }
}

TEST(ParameterUpdate, FollowsTheScheduleToItsEnd) {
  auto config = plain_sgd(config::Precision::kFp64);
  config.train.schedule = config::Schedule::kCosine;
  Updated updated(config);
  // Loshchilov and Hutter 2017: half a cosine from the whole rate to none.
  for (const std::int64_t step : {0, 2, 7}) {
    const double turn = std::cos(M_PI * static_cast<double>(step) / kScheduled);
    EXPECT_NEAR(updated.rate_at(step), kRate * (1 + turn) / 2, 1e-12) << "step " << step;
  }
}

// torch.optim.lr_scheduler.SequentialLR does the same: after the warm-up, the schedule spans what is left.
TEST(ParameterUpdate, RisesToTheRateAndThenFollowsTheSchedule) {
  auto config = plain_sgd(config::Precision::kFp64);
  config.train.schedule = config::Schedule::kCosine;
  constexpr std::int64_t kRising = 3;
  Updated updated(config, kRising);
  for (std::int64_t step = 0; step < kRising; ++step) {
    EXPECT_NEAR(updated.rate_at(step), kRate * static_cast<double>(step + 1) / kRising, 1e-12) << "step " << step;
  }
  for (std::int64_t step = kRising; step < kScheduled; ++step) {
    const double turn = std::cos(M_PI * static_cast<double>(step - kRising) / (kScheduled - kRising));
    EXPECT_NEAR(updated.rate_at(step), kRate * (1 + turn) / 2, 1e-12) << "step " << step;
  }
}

TEST(ParameterUpdate, ForAGraphAWarmUpIsFollowedOnTheDevice) {
  Updated updated(plain_sgd(config::Precision::kFp32), /*rising_steps=*/4);
  EXPECT_EQ(updated.update.prepare_for_graphs(), "");
  EXPECT_NEAR(updated.rate_at(1), kRate / 2, 1e-6);
  EXPECT_NEAR(updated.rate_at(7), kRate, 1e-6);
}

TEST(ParameterUpdate, LeavesNormsAndBiasesWithoutDecayWhereItIsAskedTo) {
  auto config = plain_sgd(config::Precision::kFp64);
  config.train.weight_decay = 0.5;
  config.train.decay_norms_and_biases = false;
  Updated updated(config);
  std::vector<at::Tensor> before;
  for (const auto& master : updated.weights.masters()) before.push_back(master.detach().clone());
  updated.give_gradients(1);
  updated.update.apply();
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double decay = before[i].dim() > 1 ? 0.5 : 0;
    const at::Tensor expected = before[i] - kRate * (1 + decay * before[i]);
    EXPECT_TRUE(torch::allclose(updated.weights.masters()[i].detach(), expected, 0, 1e-15)) << "parameter " << i;
  }
}

TEST(ParameterUpdate, PublishesWhatTheNetworkComputesWith) {
  Updated updated(plain_sgd(config::Precision::kBf16));
  updated.give_gradients(1);
  updated.update.apply();
  for (std::size_t i = 0; i < updated.weights.masters().size(); ++i) {
    const at::Tensor& working = updated.weights.working()[i];
    const at::Tensor rounded = updated.weights.masters()[i].to(working.scalar_type());
    EXPECT_TRUE(torch::equal(working.detach(), rounded.detach())) << "parameter " << i;
  }
}

TEST(ParameterUpdate, InFp16TheLossIsScaledAndTheUpdateIsNot) {
  Updated updated(plain_sgd(config::Precision::kFp16));
  const double scale = updated.update.scaled(at::ones({})).item<double>();
  EXPECT_GT(scale, 1);
  const at::Tensor before = updated.first();
  updated.give_gradients(0.5 * scale);
  EXPECT_EQ(updated.update.apply().item<float>(), 0);
  EXPECT_TRUE(torch::allclose(updated.first(), before - kRate * 0.5, 0, 1e-6));
}

TEST(ParameterUpdate, InFp16AStepThatIsNotFiniteIsLeftOutAndTheScaleHalved) {
  Updated updated(plain_sgd(config::Precision::kFp16));
  const double scale = updated.update.scaled(at::ones({})).item<double>();
  const at::Tensor before = updated.first();
  updated.give_gradients(1);
  updated.weights.masters().back().mutable_grad().view(-1)[0] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(updated.update.apply().item<float>(), 1);
  EXPECT_TRUE(torch::equal(updated.first(), before));
  EXPECT_EQ(updated.update.scaled(at::ones({})).item<double>(), scale / 2);
}

TEST(ParameterUpdate, OutsideFp16TheLossIsWhatItIs) {
  const Updated updated(plain_sgd(config::Precision::kBf16));
  const at::Tensor loss = at::ones({});
  EXPECT_TRUE(updated.update.scaled(loss).is_same(loss));
}

TEST(ParameterUpdate, ARestoredStateRepeatsTheUpdates) {
  auto config = plain_sgd(config::Precision::kFp16);
  config.train.momentum = 0.9;
  Updated updated(config);
  std::vector<at::Tensor> copies;
  auto state = updated.update.state();
  for (const auto& tensor : state) copies.push_back(tensor.clone());
  const auto scale_after_a_skipped_step = [&] {
    updated.give_gradients(std::numeric_limits<double>::infinity());
    updated.update.apply();
    return updated.update.scaled(at::ones({})).item<double>();
  };
  const double once = scale_after_a_skipped_step();
  for (std::size_t i = 0; i < state.size(); ++i) state[i].copy_(copies[i]);
  EXPECT_EQ(scale_after_a_skipped_step(), once);
}

TEST(ParameterUpdate, ForAGraphTheRateLiesOnTheDeviceAndFollowsTheScheduleThere) {
  auto config = plain_sgd(config::Precision::kFp32);
  config.train.schedule = config::Schedule::kCosine;
  Updated updated(config);
  EXPECT_EQ(updated.update.prepare_for_graphs(), "");
  EXPECT_NEAR(updated.rate_at(kScheduled / 2), kRate / 2, 1e-6);
}

TEST(ParameterUpdate, AnOptimizerThatAsksTheDeviceIsNotForGraphs) {
  auto config = plain_sgd(config::Precision::kFp16);
  for (const std::string optimizer : {"adadelta", "lars"}) {
    config.train.optimizer = optimizer;
    EXPECT_NE(Updated(config).update.prepare_for_graphs().find(optimizer), std::string::npos);
  }
  config.train.precision = config::Precision::kFp32;
  EXPECT_EQ(Updated(config).update.prepare_for_graphs(), "");
}

}  // namespace
}  // namespace scalemark::train
