#include "train/target/target_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/case_fixture.h"
#include "train/fake_graphs.h"

namespace scalemark::train {
namespace {

class TargetTrainingTest : public CaseMeasurementTest {
 protected:
  // 64 images, 8 a step: 8 steps per epoch, evaluated after 4 of them.
  config::CaseConfig target_config() const {
    config::CaseConfig config = this->config();
    config.batch_per_gpu = 8 / config.gpus;
    config.batch_norm = true;
    config.train.momentum = 0.9;
    config.train.schedule = config::Schedule::kCosine;
    config.train.warmup_epochs = 0.5;
    config.dataset.augmentation = config::Augmentation::kPadCropFlip;
    config.loader.workers = 1;
    config.measure.target_test_accuracy = 0.9999;
    config.measure.target_epochs_between = 0.5;
    config.measure.target_most_epochs = 2;
    return config;
  }

  std::vector<TargetStretch> run_on(TargetTraining& training) {
    std::vector<TargetStretch> stretches;
    do {
      stretches.push_back(training.advance());
    } while (!training.is_over(stretches.back()));
    return stretches;
  }
};

TEST_F(TargetTrainingTest, EvaluatesWithExactCountsUntilTheMostEpochs) {
  TargetTraining training(target_config(), context());
  EXPECT_FALSE(training.begin(std::nullopt));
  const auto stretches = run_on(training);
  ASSERT_EQ(stretches.size(), 4U);
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    EXPECT_EQ(stretches[i].steps_done, 4 * (static_cast<std::int64_t>(i) + 1));
    EXPECT_GT(stretches[i].seconds, 0);
    EXPECT_TRUE(std::isnan(stretches[i].joules)) << "a CPU has no counter";
    EXPECT_TRUE(std::isnan(stretches[i].train_accuracy)) << "unless measure.evaluate asks for it";
    const double correct = 31 * stretches[i].test_accuracy;
    EXPECT_NEAR(correct, std::round(correct), 1e-9) << "of 31 images, each seen once";
    EXPECT_EQ(control_.max(stretches[i].test_accuracy), stretches[i].test_accuracy) << "all ranks decide alike";
    EXPECT_EQ(-control_.max(-stretches[i].seconds), stretches[i].seconds);
  }
}

TEST_F(TargetTrainingTest, EndsAtTheTarget) {
  auto easy = target_config();
  easy.measure.target_test_accuracy = 1e-9;
  easy.measure.evaluate = true;
  TargetTraining training(easy, context());
  training.begin(std::nullopt);
  const auto stretches = run_on(training);
  // Some image of 31 may be right by chance alone only later; the first at the target is the last.
  for (const TargetStretch& stretch : stretches) {
    EXPECT_EQ(stretch.test_accuracy >= 1e-9 || stretch.steps_done == 16, &stretch == &stretches.back());
    EXPECT_NEAR(31 * stretch.train_accuracy, std::round(31 * stretch.train_accuracy), 1e-9);
  }
}

// fp32 on a CPU: parameters, running statistics, momentum, schedule, order of images and augmentation.
TEST_F(TargetTrainingTest, GoesOnFromACheckpointToTheBit) {
  TargetTraining whole(target_config(), context());
  whole.begin(std::nullopt);
  const auto expected = run_on(whole);
  const Checkpoint expected_end = whole.checkpoint("end");
  std::optional<Checkpoint> kept;
  {
    TargetTraining interrupted(target_config(), context());
    interrupted.begin(std::nullopt);
    interrupted.advance();
    interrupted.advance();
    kept = decode(encode(interrupted.checkpoint("middle")));
  }
  if (control_.rank() != 0) kept.reset();
  TargetTraining resumed(target_config(), context());
  ASSERT_TRUE(resumed.begin(kept));
  const auto found = run_on(resumed);
  ASSERT_EQ(found.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(found[i].steps_done, expected[i + 2].steps_done);
    EXPECT_EQ(found[i].test_accuracy, expected[i + 2].test_accuracy);
  }
  const Checkpoint end = resumed.checkpoint("end");
  EXPECT_EQ(end.layout, expected_end.layout);
  EXPECT_TRUE(end.tensors == expected_end.tensors);
  EXPECT_TRUE(end.generators == expected_end.generators);
}

TEST_F(TargetTrainingTest, StepsAreReplaysAndTrainAsWithoutGraphs) {
  TargetTraining eager(target_config(), context());
  eager.begin(std::nullopt);
  const auto expected = run_on(eager);
  GraphLog log;
  const CaseContext plain = context();
  CaseContext graphed{kCpu, *communicator_, control_, *memory_, watch_, nobody_, plain.training_set, plain.test_set};
  graphed.graph_recorder = [&log] { return std::make_unique<FakeRecorder>(log); };
  TargetTraining training(target_config(), graphed);
  training.begin(std::nullopt);
  const auto found = run_on(training);
  EXPECT_EQ(log.replays, 16);
  EXPECT_EQ(training.circumstances().not_graphed, "");
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].test_accuracy, expected[i].test_accuracy) << i;
  EXPECT_TRUE(training.checkpoint("").tensors == eager.checkpoint("").tensors);
}

TEST_F(TargetTrainingTest, WhereOneRankCannotRecordNoneReplays) {
  GraphLog log;
  const CaseContext plain = context();
  CaseContext graphed{kCpu, *communicator_, control_, *memory_, watch_, nobody_, plain.training_set, plain.test_set};
  const bool fails = control_.rank() == control_.size() - 1;
  graphed.graph_recorder = [&log, fails] { return std::make_unique<FakeRecorder>(log, fails ? "no room for it" : ""); };
  TargetTraining training(target_config(), graphed);
  training.begin(std::nullopt);
  training.advance();
  EXPECT_EQ(log.replays, 0);
  EXPECT_NE(training.circumstances().not_graphed.find("no room for it"), std::string::npos);
}

TEST_F(TargetTrainingTest, ACheckpointOfAnotherShapeIsLeftAlone) {
  TargetTraining first(target_config(), context());
  first.begin(std::nullopt);
  first.advance();
  const Checkpoint good = first.checkpoint("mark");
  const auto adopted = [&](auto change) {
    Checkpoint changed = good;
    change(changed);
    return TargetTraining(target_config(), context())
        .begin(control_.rank() == 0 ? std::optional(changed) : std::nullopt);
  };
  EXPECT_TRUE(adopted([](Checkpoint&) {}));
  EXPECT_FALSE(adopted([](Checkpoint& one) { one.layout += "Float[1] "; }));
  EXPECT_FALSE(adopted([](Checkpoint& one) { one.tensors.resize(one.tensors.size() / 2); }));
  EXPECT_FALSE(adopted([](Checkpoint& one) { one.generators.emplace_back(); }));
  EXPECT_FALSE(adopted([](Checkpoint& one) { one.step = 1 << 20; }));
}

TEST_F(TargetTrainingTest, TheSeedIsThatOfTheTraining) {
  auto other = target_config();
  other.train.seed = 12;
  TargetTraining first(target_config(), context());
  TargetTraining second(other, context());
  first.begin(std::nullopt);
  first.advance();
  second.begin(std::nullopt);
  second.advance();
  const bool alike = first.checkpoint("").tensors == second.checkpoint("").tensors;
  EXPECT_EQ(alike, control_.rank() != 0) << "empty on the other ranks";
}

}  // namespace
}  // namespace scalemark::train
