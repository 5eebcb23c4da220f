// The same global batch is the same training, whether 1, 2 or 4 ranks share it, the replicas of one rank, or
// micro-batches.

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "comm/backend.h"
#include "data/loader/loader.h"
#include "measure/phase_recorder.h"
#include "monitor/control_group.h"
#include "train/cases.h"
#include "train/precision.h"
#include "train/trainer.h"

namespace scalemark::train {
namespace {

constexpr std::int64_t kGlobalBatch = 8;

struct Training {
  std::vector<double> loss;           ///< [step] mean over ranks; on rank 0
  std::vector<at::Tensor> gradients;  ///< of the last step; on the ranks of the group
  std::vector<at::Tensor> buffers;    ///< after it
};

struct Cut {
  int ranks = 1;
  int replicas = 1;
  int accumulation = 1;
  bool checkpointing = false;
  std::string model = "resnet10";
  config::CommHook comm_hook = config::CommHook::kNone;
  config::BucketFill fill = config::BucketFill::kEach;
  bool large_batch = false;  ///< with all that makes large batches train
  bool batch_norm = false;   ///< over all ranks
};

config::CaseConfig case_of(const Cut& cut, config::Precision precision) {
  auto config = rank_invariant_case(cut.ranks * cut.replicas, kGlobalBatch, precision);
  config.train.mode = cut.replicas > 1 ? config::Mode::kDataParallel : config::Mode::kDdp;
  config.train.accumulation = cut.accumulation;
  config.train.checkpointing = cut.checkpointing;
  config.model = cut.model;
  config.train.comm_hook = cut.comm_hook;
  config.train.bucket_fill = cut.fill;
  config.batch_norm = config.train.sync_batch_norm = cut.batch_norm;
  if (!cut.large_batch) return config;
  config.train.optimizer = "lars";
  config.train.learning_rate = 0.05;
  config.train.decay_norms_and_biases = false;
  config.train.label_smoothing = 0.1;
  return config;
}

class RankInvariance : public ::testing::Test {
 protected:
  // Trains with the first `ranks` ranks; the others only take part in the splits.
  Training train(int ranks, config::Precision precision, int steps, Reduction reduction) {
    return train(Cut{.ranks = ranks}, precision, steps, reduction);
  }

  Training train(const Cut& cut, config::Precision precision, int steps, Reduction reduction) {
    const int ranks = cut.ranks;
    const auto group = world_->split(ranks);
    const auto control = control_.split(ranks);
    Training training;
    if (group != nullptr) {
      const auto config = case_of(cut, precision);
      const auto dataset = open_images(config.dataset, data::Split::kTrain);
      data::Loader loader(dataset, data::ShardedSampler(dataset->size(), ranks, group->rank(), config.train.seed),
                          {.batch = config.batch_per_rank(), .workers = 0, .dtype = input_dtype(precision)});
      Trainer trainer(config, at::Device(at::kCPU), *group, steps, cut.large_batch ? steps / 2 : 0);
      const BatchSource source = [&] { return loader.next(); };
      trainer.probe(source);
      trainer.connect();
      loader.rewind();
      measure::StepObserver nobody;
      for (int step = 0; step < steps; ++step) {
        training.loss.push_back(control.sum(trainer.step(source, reduction, nobody).item<double>()) / ranks);
      }
      training.gradients = trainer.gradients();
      training.buffers = trainer.network().buffers();
    }
    control_.barrier();
    return training;
  }

  /// The first random number after a training is set up, of each rank; on rank 0.
  std::set<std::string> first_draws() {
    const auto config = case_of(Cut{.ranks = world_->size()}, config::Precision::kFp32);
    const Trainer trainer(config, at::Device(at::kCPU), *world_, 1);
    const auto draws = control_.gather(std::to_string(at::rand({}, at::kDouble).item<double>()));
    return {draws.begin(), draws.end()};
  }

  int ranks() const { return control_.size(); }
  bool leads() const { return control_.rank() == 0; }

 private:
  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> world_ = comm::make_communicator(at::Device(at::kCPU));
};

double largest_relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]) / std::abs(a[i]));
  return largest;
}

double relative_norm_of_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += (a[i] - b[i]).to(at::kDouble).square().sum().item<double>();
    norm += a[i].to(at::kDouble).square().sum().item<double>();
  }
  return std::sqrt(difference / norm);
}

TEST_F(RankInvariance, Fp64LossSeriesAgreeOver20Steps) {
  constexpr int kSteps = 20;
  const Training one = train(1, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
  for (const int ranks : {2, 4}) {
    const Training several = train(ranks, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
    if (!leads()) continue;
    ASSERT_EQ(several.loss.size(), one.loss.size());
    EXPECT_LT(largest_relative_difference(one.loss, several.loss), 1e-9) << ranks << " ranks";
  }
}

TEST_F(RankInvariance, WhatMakesLargeBatchesTrainDoesTheSameOnAnyNumberOfRanks) {
  constexpr int kSteps = 6;
  const Training one = train(Cut{.large_batch = true}, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
  const Training plain = train(1, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
  for (const int ranks : {2, 4}) {
    const Cut cut{.ranks = ranks, .large_batch = true};
    const Training several = train(cut, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
    if (!leads()) continue;
    EXPECT_LT(largest_relative_difference(one.loss, several.loss), 1e-9) << ranks << " ranks";
    EXPECT_LT(relative_norm_of_difference(one.gradients, several.gradients), 1e-9) << ranks << " ranks";
  }
  if (leads()) {
    EXPECT_GT(largest_relative_difference(one.loss, plain.loss), 1e-4) << "it did nothing";
  }
}

TEST_F(RankInvariance, BatchNormOverAllRanksTrainsAsTheWholeBatch) {
  constexpr int kSteps = 3;
  for (const std::string model : {"resnet10", "revnet-3-3-3"}) {
    const Cut whole_batch{.model = model, .batch_norm = true};
    const Training whole = train(whole_batch, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
    for (const Cut& cut : {Cut{.ranks = 2}, Cut{.ranks = 4}, Cut{.ranks = 2, .checkpointing = true}}) {
      if (cut.checkpointing && model != "resnet10") continue;
      Cut synced = cut;
      synced.model = model;
      synced.batch_norm = true;
      const Training parts = train(synced, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
      if (!leads()) continue;
      const std::string name = c10::str(model, ", ", cut.ranks, " ranks, ", cut.checkpointing);
      EXPECT_LT(largest_relative_difference(whole.loss, parts.loss), 1e-12) << name;
      EXPECT_LT(relative_norm_of_difference(whole.gradients, parts.gradients), 1e-9) << name;
      for (std::size_t i = 0; i < whole.buffers.size(); ++i)
        EXPECT_TRUE(torch::allclose(whole.buffers[i], parts.buffers[i], 1e-11, 1e-13)) << name << ", buffer " << i;
    }
  }
}

TEST_F(RankInvariance, Fp32GradientsOfTheFirstStepAgree) {
  const Training one = train(1, config::Precision::kFp32, 1, Reduction::kOverlapped);
  for (const int ranks : {2, 4}) {
    const Training several = train(ranks, config::Precision::kFp32, 1, Reduction::kOverlapped);
    if (leads()) {
      EXPECT_LT(relative_norm_of_difference(one.gradients, several.gradients), 1e-5) << ranks << " ranks";
    }
  }
}

TEST_F(RankInvariance, CompressedGradientsAgreeWithinTheirRounding) {
  const Training one = train(1, config::Precision::kFp32, 1, Reduction::kOverlapped);
  for (const auto& [hook, unit] :
       {std::pair{config::CommHook::kFp16, 0x1p-11}, std::pair{config::CommHook::kBf16, 0x1p-8}}) {
    for (const int ranks : {2, 4}) {
      const Cut cut{.ranks = ranks, .comm_hook = hook};
      const Training several = train(cut, config::Precision::kFp32, 1, Reduction::kOverlapped);
      if (!leads()) continue;
      const double error = relative_norm_of_difference(one.gradients, several.gradients);
      EXPECT_LT(error, 2 * ranks * unit) << ranks << " ranks, unit " << unit;
      EXPECT_GT(error, unit / 16) << "nothing was compressed, unit " << unit;
    }
  }
}

TEST_F(RankInvariance, ReductionAfterBackwardGivesTheSameGradients) {
  const Training overlapped = train(2, config::Precision::kFp32, 1, Reduction::kOverlapped);
  const Training after = train(2, config::Precision::kFp32, 1, Reduction::kAfterBackward);
  if (leads()) {
    EXPECT_LT(relative_norm_of_difference(overlapped.gradients, after.gradients), 1e-6);
  }
}

TEST_F(RankInvariance, ReplicasMicroBatchesAndCheckpointingTrainAsTheWholeBatch) {
  constexpr int kSteps = 4;
  const Training whole = train(1, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
  for (const Cut& cut : {Cut{.replicas = 2}, Cut{.replicas = 4}, Cut{.accumulation = 2}, Cut{.accumulation = 8},
                         Cut{.ranks = 2, .accumulation = 2}, Cut{.replicas = 2, .accumulation = 4},
                         Cut{.ranks = 2, .checkpointing = true}, Cut{.replicas = 2, .checkpointing = true},
                         Cut{.ranks = 2, .accumulation = 2, .checkpointing = true},
                         Cut{.ranks = 2, .accumulation = 2, .fill = config::BucketFill::kTogether},
                         Cut{.ranks = 2, .accumulation = 2, .fill = config::BucketFill::kViews}}) {
    const Training parts = train(cut, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
    if (!leads()) continue;
    const std::string name = c10::str(cut.ranks, " ranks, ", cut.replicas, " replicas, ", cut.accumulation, " parts, ",
                                      cut.checkpointing ? "checkpointing" : "all activations kept");
    EXPECT_LT(largest_relative_difference(whole.loss, parts.loss), 1e-12) << name;
    EXPECT_LT(relative_norm_of_difference(whole.gradients, parts.gradients), 1e-10) << name;
  }
}

// Backward computes activations from outputs, which rounds: by far less than a rank that is left out.
TEST_F(RankInvariance, ReversibleNetworksTrainAsTheWholeBatch) {
  constexpr int kSteps = 2;
  const std::string model = "revnet-3-3-3";
  const Training whole = train(Cut{.model = model}, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
  for (const Cut& cut : {Cut{.ranks = 2, .model = model}, Cut{.replicas = 2, .model = model}}) {
    const Training parts = train(cut, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
    if (!leads()) continue;
    EXPECT_LT(largest_relative_difference(whole.loss, parts.loss), 1e-10) << cut.ranks << " ranks";
    EXPECT_LT(relative_norm_of_difference(whole.gradients, parts.gradients), 1e-8) << cut.ranks << " ranks";
  }
}

TEST_F(RankInvariance, DropoutDrawsNumbersOfEachRanksOwn) {
  const std::set<std::string> draws = first_draws();
  if (leads()) {
    EXPECT_EQ(draws.size(), static_cast<std::size_t>(ranks())) << "ranks draw the same numbers";
  }
}

// What is computed again under autocast is what was computed before, on several ranks too.
TEST_F(RankInvariance, CheckpointingUnderAutocastChangesNoGradient) {
  const Training kept = train(Cut{.ranks = 2}, config::Precision::kBf16, 1, Reduction::kOverlapped);
  const Training repeated =
      train(Cut{.ranks = 2, .checkpointing = true}, config::Precision::kBf16, 1, Reduction::kOverlapped);
  if (leads()) {
    EXPECT_LT(relative_norm_of_difference(kept.gradients, repeated.gradients), 1e-5);
  }
}

// The comparisons above must be able to fail: without reduction they do, by far.
TEST_F(RankInvariance, WithoutReductionTheyDisagree) {
  constexpr int kSteps = 20;
  const Training one = train(1, config::Precision::kFp64, kSteps, Reduction::kOverlapped);
  const Training apart = train(2, config::Precision::kFp64, kSteps, Reduction::kNone);
  const Training gradients_of_one = train(1, config::Precision::kFp32, 1, Reduction::kOverlapped);
  const Training gradients_apart = train(2, config::Precision::kFp32, 1, Reduction::kNone);
  if (!leads()) return;
  EXPECT_GT(largest_relative_difference(one.loss, apart.loss), 1e-3);
  EXPECT_GT(relative_norm_of_difference(gradients_of_one.gradients, gradients_apart.gradients), 1e-3);
}

}  // namespace
}  // namespace scalemark::train
