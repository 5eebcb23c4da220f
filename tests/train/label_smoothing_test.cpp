// Label smoothing against LibTorch's own, on the same logits.

#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>

#include "comm/backend.h"
#include "train/cases.h"
#include "train/replica.h"
#include "train/trainer.h"

namespace scalemark::train {
namespace {

constexpr std::int64_t kBatch = 4;
const at::Device kCpu(at::kCPU);

data::Batch images() {
  torch::manual_seed(7);
  return {torch::randn({kBatch, 3, 16, 16}), torch::randint(10, {kBatch}, at::kLong)};
}

config::CaseConfig smoothed_case(double smoothing, int accumulation) {
  auto config = rank_invariant_case(1, kBatch, config::Precision::kFp32);
  config.train.label_smoothing = smoothing;
  config.train.accumulation = accumulation;
  return config;
}

struct Trained {
  double loss;
  std::vector<at::Tensor> gradients;
};

Trained by_trainer(const config::CaseConfig& config) {
  const auto communicator = comm::make_communicator(kCpu);
  Trainer trainer(config, kCpu, *communicator, 1);
  trainer.probe(images);
  trainer.connect();
  measure::StepObserver nobody;
  const double loss = trainer.step(images, Reduction::kNone, nobody).item<double>();
  return {loss, trainer.gradients()};
}

Trained by_libtorch(const config::CaseConfig& config) {
  namespace F = torch::nn::functional;
  const auto network = build_replica(config, kCpu);
  const data::Batch batch = images();
  const at::Tensor logits = network->forward(batch.images);
  F::cross_entropy(logits, batch.labels, F::CrossEntropyFuncOptions().label_smoothing(config.train.label_smoothing))
      .backward();
  Trained trained{F::cross_entropy(logits, batch.labels).item<double>(), {}};
  for (const auto& parameter : network->parameters()) trained.gradients.push_back(parameter.grad());
  return trained;
}

void expect_equal(const Trained& found, const Trained& expected) {
  EXPECT_NEAR(found.loss, expected.loss, 1e-5 * expected.loss);
  ASSERT_EQ(found.gradients.size(), expected.gradients.size());
  for (std::size_t i = 0; i < found.gradients.size(); ++i) {
    EXPECT_TRUE(torch::allclose(found.gradients[i], expected.gradients[i], 1e-4, 1e-6)) << "parameter " << i;
  }
}

TEST(LabelSmoothing, GivesLibTorchsGradientAndThePlainLoss) {
  for (const int accumulation : {1, 2}) {
    const auto config = smoothed_case(0.2, accumulation);
    expect_equal(by_trainer(config), by_libtorch(config));
  }
}

TEST(LabelSmoothing, OfZeroIsNone) {
  const auto config = smoothed_case(0, 1);
  expect_equal(by_trainer(config), by_libtorch(config));
}

TEST(LabelSmoothing, ChangesTheGradient) {
  const Trained smoothed = by_trainer(smoothed_case(0.2, 1));
  const Trained plain = by_trainer(smoothed_case(0, 1));
  EXPECT_FALSE(torch::allclose(smoothed.gradients.back(), plain.gradients.back(), 1e-4, 1e-6));
}

}  // namespace
}  // namespace scalemark::train
