#include "train/graphed_steps.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "train/fake_graphs.h"
#include "train/graph_obstacle.h"

namespace scalemark::train {
namespace {

data::Batch batch_of(float value) { return {torch::full({2, 3}, value), torch::full({2}, int(value), torch::kLong)}; }

// A step whose result says what it was given.
StepResult sum_of(const data::Batch& batch, Reduction reduction, measure::StepObserver& observer) {
  observer.backward_done();
  const double offset = reduction == Reduction::kNone ? 1000 : 0;
  return {(batch.images.sum() + batch.labels.sum() + offset).detach(), torch::zeros({})};
}

struct CountingObserver : measure::StepObserver {
  void backward_done() override { ++backwards; }
  int backwards = 0;
};

class GraphedStepsTest : public ::testing::Test {
 protected:
  GraphLog log_;
  CountingObserver observer_;
  GraphedSteps steps_{std::make_unique<FakeRecorder>(log_), sum_of};
};

TEST_F(GraphedStepsTest, AReplayComputesWithTheBatchItIsGiven) {
  steps_.record(Reduction::kOverlapped, batch_of(1));
  EXPECT_EQ(steps_.replay(Reduction::kOverlapped, batch_of(2), observer_).loss.item<double>(), 2 * 6 + 2 * 2);
  EXPECT_EQ(steps_.replay(Reduction::kOverlapped, batch_of(3), observer_).loss.item<double>(), 3 * 6 + 3 * 2);
}

TEST_F(GraphedStepsTest, EveryWayOfReducingHasAGraphOfItsOwn) {
  steps_.record(Reduction::kOverlapped, batch_of(1));
  EXPECT_FALSE(steps_.has(Reduction::kNone));
  steps_.record(Reduction::kNone, batch_of(1));
  EXPECT_EQ(steps_.replay(Reduction::kNone, batch_of(1), observer_).loss.item<double>(), 1008);
  EXPECT_EQ(steps_.replay(Reduction::kOverlapped, batch_of(1), observer_).loss.item<double>(), 8);
}

TEST_F(GraphedStepsTest, ResultsStayWhenTheGraphWritesTheNext) {
  steps_.record(Reduction::kOverlapped, batch_of(1));
  const StepResult first = steps_.replay(Reduction::kOverlapped, batch_of(1), observer_);
  const StepResult second = steps_.replay(Reduction::kOverlapped, batch_of(2), observer_);
  EXPECT_EQ(first.loss.item<double>(), 8);
  EXPECT_FALSE(first.loss.is_alias_of(second.loss));
  EXPECT_FALSE(first.skipped.is_alias_of(second.skipped));
}

TEST_F(GraphedStepsTest, EachReplayShowsWhereBackwardEnds) {
  steps_.record(Reduction::kOverlapped, batch_of(1));
  EXPECT_EQ(observer_.backwards, 0) << "recording is no step";
  for (int replay = 1; replay <= 2; ++replay) {
    steps_.replay(Reduction::kOverlapped, batch_of(1), observer_);
    EXPECT_EQ(observer_.backwards, replay);
  }
}

TEST_F(GraphedStepsTest, WhatWasDroppedIsGone) {
  steps_.record(Reduction::kOverlapped, batch_of(1));
  steps_.drop();
  EXPECT_TRUE(steps_.empty());
  EXPECT_FALSE(steps_.has(Reduction::kOverlapped));
}

TEST_F(GraphedStepsTest, OneOfTwoIsDroppedAlone) {
  steps_.record(Reduction::kNone, batch_of(1));
  steps_.record(Reduction::kOverlapped, batch_of(1));
  steps_.drop(Reduction::kNone);
  EXPECT_EQ(log_.living, 1);
  EXPECT_FALSE(steps_.has(Reduction::kNone));
  EXPECT_EQ(steps_.replay(Reduction::kOverlapped, batch_of(2), observer_).loss.item<double>(), 2 * 6 + 2 * 2);
}

TEST_F(GraphedStepsTest, AFailedRecordingLeavesNothing) {
  GraphedSteps failing(std::make_unique<FakeRecorder>(log_, "no room"), sum_of);
  EXPECT_THROW(failing.record(Reduction::kOverlapped, batch_of(1)), std::runtime_error);
  EXPECT_TRUE(failing.empty());
}

// The recorder is given the memory that later batches are copied to, not the example's.
TEST_F(GraphedStepsTest, TheExampleIsNotKept) {
  const data::Batch example = batch_of(1);
  steps_.record(Reduction::kOverlapped, example);
  steps_.replay(Reduction::kOverlapped, batch_of(5), observer_);
  EXPECT_TRUE(torch::equal(example.images, batch_of(1).images));
}

TEST(GraphObstacle, NamesWhatNoGraphCanHold) {
  config::CaseConfig config;
  config.model = "resnet18";
  EXPECT_EQ(graph_obstacle(config), "");
  auto off = config;
  off.train.cuda_graph = config::Switch::kOff;
  EXPECT_EQ(graph_obstacle(off), "train.cuda_graph is false");
  auto several = config;
  several.train.mode = config::Mode::kDataParallel;
  EXPECT_NE(graph_obstacle(several).find("data_parallel"), std::string::npos);
  auto synced = config;
  synced.train.sync_batch_norm = true;
  EXPECT_EQ(graph_obstacle(synced), "") << "one rank exchanges nothing";
  synced.gpus = 2;
  EXPECT_NE(graph_obstacle(synced).find("sync_batch_norm"), std::string::npos);
  auto checkpointing = config;
  checkpointing.train.checkpointing = true;
  EXPECT_NE(graph_obstacle(checkpointing).find("random numbers"), std::string::npos);
  auto reversible = config;
  reversible.model = "revnet-3-3-3";
  EXPECT_NE(graph_obstacle(reversible), "");
  auto accumulated = config;
  accumulated.train.accumulation = 4;
  EXPECT_EQ(graph_obstacle(accumulated), "");
}

}  // namespace
}  // namespace scalemark::train
