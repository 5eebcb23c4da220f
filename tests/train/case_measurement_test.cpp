#include "train/case_measurement.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/faults.h"
#include "core/units.h"
#include "measure/resident_bytes.h"
#include "train/case_fixture.h"
#include "train/fake_graphs.h"
#include "train/fault_observer.h"
#include "train/replica.h"

namespace scalemark::train {
namespace {

TEST_F(CaseMeasurementTest, OneRepetitionHasEveryArmOnce) {
  CaseMeasurement measured(config(), context());
  const RepetitionSamples samples = measured.run(0);
  const bool several = control_.size() > 1;
  EXPECT_EQ(samples.step_seconds.at("full").size(), 3U);
  EXPECT_EQ(samples.step_seconds.at("cached_input").size(), 3U);
  EXPECT_EQ(samples.step_seconds.at("phases").size(), 3U);
  EXPECT_EQ(samples.step_seconds.contains("no_sync"), several) << "a single rank has nothing to leave out";
  EXPECT_EQ(samples.step_seconds.contains("comm_only"), several);
  EXPECT_EQ(samples.loss.size(), 4U) << "warm-up included";
  EXPECT_EQ(samples.bucket_bytes.size(), samples.bucket_seconds.size());
  EXPECT_EQ(samples.bucket_bytes.size(), samples.bucket_ready_seconds.size());
  constexpr std::int64_t kFloatBytes = 4;
  if (several) {
    EXPECT_EQ(std::accumulate(samples.bucket_bytes.begin(), samples.bucket_bytes.end(), std::int64_t{0}),
              samples.parameters * kFloatBytes);
  }
  EXPECT_GT(samples.peak_memory_bytes, 3 * samples.parameters * kFloatBytes)
      << "weights, gradients and momentum at least";
}

TEST_F(CaseMeasurementTest, AWarmUpSpansTheStepsOfItsEpochs) {
  auto rising = config();
  rising.measure.arms = {Arm::kFull};
  auto first_rate = rising;
  rising.train.warmup_epochs = 1;
  first_rate.train.learning_rate *= control_.size() / 16.0;  // 16 batches of 4 images, over the ranks
  const std::vector<double> loss = CaseMeasurement(rising, context()).run(0).loss;
  const std::vector<double> expected = CaseMeasurement(first_rate, context()).run(0).loss;
  EXPECT_EQ(loss[0], expected[0]);
  EXPECT_EQ(loss[1], expected[1]) << "after one step at the lowest rate";
  EXPECT_NE(loss[2], expected[2]) << "after a second one at twice the rate";
}

TEST_F(CaseMeasurementTest, TheBareArmReducesNothing) {
  CountingCommunicator counting(*communicator_);
  const auto count_with = [&](std::vector<Arm> arms) {
    auto chosen = config();
    chosen.measure.arms = std::move(arms);
    CaseContext counted{kCpu, counting, control_, *memory_, watch_, nobody_, context().training_set, nullptr};
    counting.reductions = 0;
    const RepetitionSamples samples = CaseMeasurement(chosen, counted).run(0);
    EXPECT_EQ(samples.step_seconds.at(std::string(steps_of(chosen.measure.arms.back()).name)).size(), 3U);
    return counting.reductions;
  };
  const int of_full = count_with({Arm::kFull});
  EXPECT_EQ(count_with({Arm::kFull, Arm::kBare}), of_full);
  EXPECT_EQ(count_with({Arm::kFull, Arm::kCachedInput}) > of_full, control_.size() > 1);
}

class PointsOfStepsTest : public CaseMeasurementTest {
 protected:
  CaseContext delayed(
      const char* faults = "*:input:delay=20ms,*:forward:delay=10ms,*:backward:delay=30ms,*:reduce:delay=40ms") {
    setenv(kFaultVariable, faults, /*overwrite=*/1);
    faults_ = Faults::from_environment(control_.rank());
    unsetenv(kFaultVariable);
    CaseContext slow = context();
    return {kCpu, slow.communicator, control_, *memory_, watch_, faulty_, slow.training_set, slow.test_set};
  }

  // What one step holds, in its order: the delay of the input, those of forward and backward, and that of reduction.
  static void expect_in_order(const RepetitionSamples& samples, const std::string& arm, double input_delay,
                              double compute_delay, double reduce_delay) {
    const auto& steps = samples.step_seconds.at(arm);
    const auto& input = samples.input_wait_seconds.at(arm);
    const auto& backward = samples.backward_end_seconds.at(arm);
    ASSERT_EQ(input.size(), steps.size());
    ASSERT_EQ(backward.size(), steps.size());
    for (std::size_t step = 0; step < steps.size(); ++step) {
      EXPECT_GE(input[step], input_delay) << arm << ' ' << step;
      EXPECT_GE(backward[step] - input[step], compute_delay) << arm << ' ' << step;
      EXPECT_GE(steps[step] - backward[step], reduce_delay) << arm << ' ' << step;
    }
  }

  Faults faults_;
  FaultObserver faulty_{faults_, nobody_};
};

// Sleeping takes at least as long as it was asked to: what is injected before a point is before it in the record too.
TEST_F(PointsOfStepsTest, LieBetweenWhatIsInjectedAroundThem) {
  const RepetitionSamples samples = CaseMeasurement(config(), delayed()).run(0);
  const bool several = control_.size() > 1;
  expect_in_order(samples, "full", 0.02, 0.04, 0.04);
  expect_in_order(samples, "cached_input", 0, 0.04, 0.04);
  if (several) expect_in_order(samples, "no_sync", 0.02, 0.04, 0.04);
  EXPECT_EQ(samples.input_wait_seconds.size(), several ? 3U : 2U) << "of the arms that train alone";
  EXPECT_EQ(samples.backward_end_seconds.size(), several ? 3U : 2U);
}

TEST_F(PointsOfStepsTest, AreThoseOfTheLastMicroBatch) {
  auto accumulated = config();
  accumulated.train.accumulation = 2;
  accumulated.measure.arms = {Arm::kFull};
  expect_in_order(CaseMeasurement(accumulated, delayed()).run(0), "full", 0.02, 2 * 0.04, 0.04);
}

// As many delays as there are buckets behind the first one, which has nothing on its way beside it.
TEST_F(PointsOfStepsTest, HoldWhatSlowsBackwardBesideTheReduction) {
  auto of_small_buckets = config();
  of_small_buckets.train.bucket_mebibytes = 4;
  const RepetitionSamples samples = CaseMeasurement(of_small_buckets, delayed("*:overlap:delay=20ms")).run(0);
  const auto later_buckets = static_cast<double>(samples.bucket_bytes.size()) - 1;
  EXPECT_EQ(later_buckets >= 2, control_.size() > 1);
  if (control_.size() > 1) expect_in_order(samples, "full", 0, later_buckets * 0.02, 0);
}

// A replay shows no observer its inside: only what lies before it is delayed.
TEST_F(PointsOfStepsTest, AreInAGraphToo) {
  GraphLog log;
  auto graphed = delayed();
  graphed.graph_recorder = [&] { return std::make_unique<FakeRecorder>(log); };
  const RepetitionSamples samples = CaseMeasurement(config(), graphed).run(0);
  EXPECT_GT(log.replays, 0);
  expect_in_order(samples, "full", 0.02, 0, 0);
}

TEST_F(CaseMeasurementTest, EveryRepetitionStartsFromTheSameState) {
  CaseMeasurement measured(config(), context());
  const RepetitionSamples first = measured.run(0);
  const RepetitionSamples second = measured.run(1);
  EXPECT_EQ(first.loss, second.loss) << "the arms between them must leave no trace";
}

// The case that is measured decides for the whole process, until the next one does.
TEST_F(CaseMeasurementTest, KeepsMemoryUnlessTheConfigSaysNoAndTrainsTheSame) {
  auto without = config();
  without.train.keep_memory = config::KeepMemory::kNever;
  std::vector<std::vector<double>> losses;
  for (const auto& [one, is_kept] : {std::pair(without, false), std::pair(config(), true)}) {
    CaseMeasurement measured(one, context());
    losses.push_back(measured.run(0).loss);
    memory_->release_cache();
    const std::int64_t before = measure::resident_bytes();
    at::ones({16 * kMebibyte});
    EXPECT_EQ(measure::resident_bytes() > before + 32 * kMebibyte, is_kept);
  }
  EXPECT_EQ(losses[0], losses[1]);
}

TEST_F(CaseMeasurementTest, ResidentImagesTrainAsLoadedOnes) {
  auto loaded = config();
  loaded.dataset.augmentation = config::Augmentation::kPadCropFlip;
  auto resident = loaded;
  resident.dataset.resident = config::Switch::kOn;
  const RepetitionSamples without = CaseMeasurement(loaded, context()).run(0);
  const RepetitionSamples with = CaseMeasurement(resident, context()).run(0);
  EXPECT_EQ(with.loss, without.loss);
  EXPECT_EQ(with.not_resident, "");
  EXPECT_EQ(with.resident_bytes, 64 * (3 * 16 * 16 + 8));
  EXPECT_EQ(without.not_resident, "the device is a CPU");
}

TEST_F(CaseMeasurementTest, ANewCaseGivesTheSameLosses) {
  const std::vector<double> first = CaseMeasurement(config(), context()).run(0).loss;
  const std::vector<double> again = CaseMeasurement(config(), context()).run(0).loss;
  EXPECT_EQ(first, again);
}

TEST_F(CaseMeasurementTest, WholeEpochsAreSumsOfTheirSteps) {
  auto epochs = config();
  epochs.measure.epochs = 2;
  epochs.measure.arms = {Arm::kFull};
  const RepetitionSamples samples = CaseMeasurement(epochs, context()).run(0);
  const auto& steps = samples.step_seconds.at("full");
  ASSERT_EQ(samples.epoch_seconds.size(), 2U);
  EXPECT_EQ(steps.size(), 2 * 64 / static_cast<std::size_t>(epochs.global_batch()));
  EXPECT_NEAR(samples.epoch_seconds[0] + samples.epoch_seconds[1], std::accumulate(steps.begin(), steps.end(), 0.0),
              1e-9);
}

TEST_F(CaseMeasurementTest, EvaluationCountsEveryTestImageOnce) {
  auto evaluated = config();
  evaluated.measure.evaluate = true;
  const RepetitionSamples samples = CaseMeasurement(evaluated, context()).run(0);
  ASSERT_EQ(samples.evaluated.size(), 2U);
  EXPECT_EQ(control_.sum(samples.evaluated[1]), 31);
  EXPECT_LE(samples.correct[1], samples.evaluated[1]);
}

TEST_F(CaseMeasurementTest, ARankWithNoMemoryLeftAfterTheProbeComesThroughEveryCollective) {
  CaseMeasurement measured(config(), context());
  if (control_.rank() == control_.size() - 1) memory_->set_limit(memory_->current_bytes());
  EXPECT_THROW(measured.run(0), OutOfMemory);
  memory_->set_limit(std::nullopt);
}

// Wherever in a step: the others count on reductions that it has started, and on those that it has not.
TEST_F(PointsOfStepsTest, ARankWhoseWorkFailsComesThroughEveryCollective) {
  for (const std::string place : {"input@4", "forward@6", "bucket@9", "optimizer@5"}) {
    const std::string fault = std::to_string(control_.size() - 1) + ":" + place + ":fail";
    const bool is_met = control_.size() > 1 || !place.starts_with("bucket");
    CaseMeasurement measured(config(), delayed(fault.c_str()));
    if (is_met) {
      EXPECT_THROW(measured.run(0), CaseError) << place;
    }
  }
  CaseMeasurement next(config(), context());
  EXPECT_NO_THROW(next.run(0)) << "the communicator is whole";
}

// Norms wait for each other in every arm that computes: the second is in `no_sync`, and fails in the middle of it.
TEST_F(PointsOfStepsTest, ARankWhoseWorkFailsComesThroughTheNormsOfTheOthers) {
  auto synced = config();
  synced.batch_norm = synced.train.sync_batch_norm = true;
  synced.measure.arms = {Arm::kFull, Arm::kNoSync};
  for (const std::string place : {"bucket@3", "backward@6"}) {
    const std::string fault = std::to_string(control_.size() - 1) + ":" + place + ":fail";
    if (control_.size() == 1) continue;
    CaseMeasurement measured(synced, delayed(fault.c_str()));
    EXPECT_THROW(measured.run(0), CaseError) << place;
  }
  CaseMeasurement next(synced, context());
  EXPECT_NO_THROW(next.run(0));
}

TEST_F(CaseMeasurementTest, OneValuePerChannelIsRefusedByBatchNormWithWhatToDo) {
  auto one_value = config();
  one_value.batch_norm = true;
  one_value.dataset.image_size = 8;  // whose last map is of 1 x 1
  one_value.batch_per_gpu = 1;
  const std::string obstacle = norm_obstacle(one_value);
  EXPECT_NE(obstacle.find("more than 1 value per channel"), std::string::npos) << obstacle;
  EXPECT_NE(obstacle.find("batch_norm: false"), std::string::npos) << obstacle;
  auto small_images = context();
  small_images.training_set = open_images(one_value.dataset, data::Split::kTrain);
  EXPECT_THROW(CaseMeasurement(one_value, small_images), c10::Error);
  auto accumulated = one_value;
  accumulated.batch_per_gpu = accumulated.train.accumulation = 4;
  EXPECT_EQ(norm_obstacle(accumulated), obstacle);
  accumulated.train.accumulation = 2;
  auto larger = one_value;
  larger.dataset.image_size = 16;
  auto without = one_value;
  without.batch_norm = false;
  for (const auto& possible : {accumulated, larger, without}) EXPECT_EQ(norm_obstacle(possible), "");
}

TEST_F(CaseMeasurementTest, ACaseThatDoesNotFitThrowsBeforeAnyCollective) {
  auto large = config();
  large.limits.memory_bytes = memory_->current_bytes() + (1 << 20);
  EXPECT_THROW(CaseMeasurement(large, context()), c10::OutOfMemoryError);
  memory_->set_limit(std::nullopt);
}

}  // namespace
}  // namespace scalemark::train
