// Weights kept in 16 bits beside their masters train, bit by bit, as autocast casts them in every step.

#include "train/master_weights.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <vector>

#include "comm/backend.h"
#include "kernels/cross_entropy.h"
#include "monitor/control_group.h"
#include "optim/optimizer.h"
#include "train/cases.h"
#include "train/precision.h"
#include "train/replica.h"
#include "train/trainer.h"

namespace scalemark::train {
namespace {

constexpr int kSteps = 2;
constexpr std::int64_t kBatch = 2;  // per rank
const at::Device kCpu(at::kCPU);

class MasterWeightsTest : public ::testing::Test {
 protected:
  config::CaseConfig config() const {
    auto config = rank_invariant_case(control_.size(), kBatch * control_.size(), config::Precision::kBf16);
    config.batch_norm = true;
    return config;
  }

  // Of this rank and step.
  data::Batch batch(int step) const {
    torch::manual_seed(100 * step + control_.rank());
    return {torch::randn({kBatch, 3, 8, 8}).to(at::kBFloat16), torch::randint(10, {kBatch}, at::kLong)};
  }

  std::vector<double> losses_of_trainer(const config::CaseConfig& config) {
    Trainer trainer(config, kCpu, *communicator_, kSteps);
    trainer.probe([&] { return batch(0); });
    trainer.connect();
    auto losses = losses_of(trainer);
    trainer.restore();
    EXPECT_EQ(losses_of(trainer), losses) << "what is restored must reach the network";
    return losses;
  }

  // What the trainer does, but for everything that makes it fast.
  std::vector<double> losses_of_autocast(const config::CaseConfig& config) {
    const auto network = build_replica(config, kCpu);
    const auto optimizer = optim::make_optimizer(
        {.name = config.train.optimizer, .weight_decay = config.train.weight_decay}, network->parameters());
    std::vector<double> losses;
    for (int step = 0; step < kSteps; ++step) {
      const data::Batch images = batch(step);
      const at::Tensor loss =
          kernels::cross_entropy(logits_of(*network, images.images, config.train.precision), images.labels, 1, true);
      loss.backward();
      for (const auto& parameter : network->parameters()) to_mean(parameter.grad());
      optimizer->step(config.train.learning_rate);
      for (auto& parameter : network->parameters()) parameter.mutable_grad().reset();
      losses.push_back(loss.item<double>());
    }
    return losses;
  }

  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> communicator_ = comm::make_communicator(kCpu);

 private:
  std::vector<double> losses_of(Trainer& trainer) const {
    std::vector<double> losses;
    losses.reserve(kSteps);
    measure::StepObserver nobody;
    for (int step = 0; step < kSteps; ++step) {
      losses.push_back(trainer.step([&] { return batch(step); }, Reduction::kOverlapped, nobody).item<double>());
    }
    return losses;
  }

  void to_mean(const at::Tensor& gradient) {
    if (communicator_->size() == 1) return;
    gradient.div_(communicator_->size());
    communicator_->all_reduce(gradient)->wait();
  }
};

TEST_F(MasterWeightsTest, TrainAsAutocastDoes) {
  for (const bool checkpointing : {false, true}) {
    auto plain = config();
    plain.train.checkpointing = checkpointing;
    EXPECT_EQ(losses_of_trainer(plain), losses_of_autocast(plain)) << "checkpointing: " << checkpointing;
  }
  for (const auto fill : {config::BucketFill::kTogether, config::BucketFill::kViews}) {
    auto filled = config();
    filled.train.bucket_fill = fill;
    EXPECT_EQ(losses_of_trainer(filled), losses_of_autocast(filled)) << "bucket_fill: " << static_cast<int>(fill);
  }
  auto without_norm = config();
  without_norm.batch_norm = false;
  EXPECT_EQ(losses_of_trainer(without_norm), losses_of_autocast(without_norm)) << "convolutions with a bias";
  auto reversible = config();
  reversible.model = "revnet-3-3-3";
  EXPECT_EQ(losses_of_trainer(reversible), losses_of_autocast(reversible));
}

TEST_F(MasterWeightsTest, OnlyWhatAutocastWouldCastIsInSixteenBits) {
  const auto network = build_replica(config(), kCpu);
  const MasterWeights weights(*network, config::Precision::kBf16);
  const auto parameters = network->named_parameters();
  ASSERT_EQ(weights.masters().size(), parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor& working = weights.working()[i];
    const at::Tensor& master = weights.masters()[i];
    const bool cast = working.dim() == 4 || parameters[i].key().starts_with("fc.");
    EXPECT_TRUE(working.is_same(parameters[i].value())) << parameters[i].key();
    EXPECT_EQ(working.scalar_type(), cast ? at::kBFloat16 : at::kFloat) << parameters[i].key();
    EXPECT_EQ(master.scalar_type(), at::kFloat) << parameters[i].key();
    EXPECT_EQ(master.is_same(working), !cast) << parameters[i].key();
    EXPECT_EQ(master.strides(), working.strides()) << parameters[i].key();
  }
}

TEST_F(MasterWeightsTest, InFp32ThereAreNoCopies) {
  const auto network = build_replica(config(), kCpu);
  const MasterWeights weights(*network, config::Precision::kFp32);
  for (std::size_t i = 0; i < weights.masters().size(); ++i) {
    EXPECT_TRUE(weights.masters()[i].is_same(weights.working()[i]));
  }
}

}  // namespace
}  // namespace scalemark::train
