#include "sweep/estimate.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace scalemark::sweep {
namespace {

using config::Arm;

config::CaseConfig small_case(const std::string& id, std::int64_t batch) {
  config::CaseConfig config;
  config.id = id;
  config.device = config::DeviceChoice::kCpu;
  config.dataset.image_size = 16;
  config.batch_per_gpu = batch;
  config.measure.warmup_steps = 1;
  config.measure.steps = 4;
  config.measure.repetitions = 1;
  config.measure.arms = {Arm::kFull};
  return config;
}

// Cases that are estimated together share one probe, so that what one takes follows from another to the last digits,
// whatever the machine.
class EstimateTest : public ::testing::Test {
 protected:
  std::vector<CaseEstimate> estimate(std::vector<config::CaseConfig> cases) {
    // No case is compared with another, so that blocks are ordered by their work.
    for (std::size_t i = 0; i < cases.size(); ++i) cases[i].block = static_cast<int>(i) + 1;
    config::Experiment experiment;
    experiment.cases = std::move(cases);
    return plan_cases(experiment, world_, onlookers_).estimates;
  }
  bool leads() const { return world_.rank() == 0; }

  monitor::ControlGroup world_ = monitor::ControlGroup::world();
  Activity activity_;
  Faults faults_;
  Onlookers onlookers_{activity_, faults_};
};

TEST_F(EstimateTest, IsMadeOnRankZeroAlone) { EXPECT_EQ(estimate({small_case("a", 8)}).size(), leads() ? 1U : 0U); }

TEST_F(EstimateTest, TimeGrowsWithEveryStepOfEveryArmAndImage) {
  auto repeated = small_case("repeated", 8);
  repeated.measure.repetitions = 3;
  auto longer = small_case("longer", 8);
  longer.measure.steps = 19;
  auto larger = small_case("larger", 24);
  auto two_arms = small_case("two arms", 8);
  two_arms.measure.arms = {Arm::kFull, Arm::kCachedInput};
  const auto found = estimate({small_case("a", 8), repeated, longer, larger, two_arms});
  if (!leads()) return;
  ASSERT_GT(found[0].seconds, 0);
  EXPECT_DOUBLE_EQ(found[1].seconds / found[0].seconds, 3);
  EXPECT_DOUBLE_EQ(found[2].seconds / found[0].seconds, 20.0 / 5) << "warm-up steps count too";
  EXPECT_DOUBLE_EQ(found[3].seconds / found[0].seconds, 3);
  EXPECT_DOUBLE_EQ(found[4].seconds / found[0].seconds, 3.0 / 2) << "the phase pass is one of three";
}

TEST_F(EstimateTest, ArmsThatAreNotRunOrComputeNothingTakeNoTime) {
  auto alone = small_case("alone", 8);
  alone.measure.arms = {Arm::kFull, Arm::kNoSync, Arm::kCommOnly};
  auto pair = alone;
  pair.gpus = 2;
  const auto found = estimate({small_case("a", 8), alone, pair});
  if (!leads()) return;
  EXPECT_DOUBLE_EQ(found[1].seconds, found[0].seconds) << "there is nothing to synchronize on one rank";
  EXPECT_DOUBLE_EQ(found[2].seconds / found[0].seconds, 3.0 / 2) << "no_sync steps, and no step of comm_only";
}

TEST_F(EstimateTest, EpochsAreCountedByTheImagesOfTheirShard) {
  auto config = small_case("steps", 8);
  config.dataset.images = 100;
  auto two = config;
  two.measure.epochs = 2;
  auto many = config;
  many.measure.epochs = 200;
  auto shared = two;
  shared.gpus = 2;
  const auto found = estimate({config, two, many, shared});
  if (!leads()) return;
  // 5 steps of the full arm and 5 of the phase pass; then 12 batches of 8 an epoch, or 6 for each of two ranks.
  EXPECT_DOUBLE_EQ(found[1].seconds / found[0].seconds, (2 * 12 + 5) / 10.0);
  EXPECT_DOUBLE_EQ(found[2].seconds / found[0].seconds, (200 * 12 + 5) / 10.0);
  EXPECT_DOUBLE_EQ(found[3].seconds / found[0].seconds, (2 * 6 + 5) / 10.0);
}

// 100 images, 8 a step: 12.5 steps an epoch, whole or not. Steps and arms count for nothing.
TEST_F(EstimateTest, ATrainingToAnAccuracyTakesAtMostItsEpochsFromEachSeed) {
  auto config = small_case("steps", 8);
  config.dataset.images = 100;
  auto target = config;
  target.measure.target_test_accuracy = 0.9;
  target.measure.target_most_epochs = 4;
  target.measure.repetitions = 3;
  const auto found = estimate({config, target});
  if (!leads()) return;
  EXPECT_DOUBLE_EQ(found[1].seconds / found[0].seconds, 3 * 4 * 12.5 / 10);
}

TEST_F(EstimateTest, NamesTheDeviceAndTheDataThatIsMissing) {
  auto config = small_case("a", 8);
  config.measure.epochs = 3;
  config.dataset.name = "cifar10";
  config.dataset.image_size = 32;
  config.dataset.path = "/nonexistent";
  config::Experiment experiment;
  experiment.cases = {config};
  const Plan plan = plan_cases(experiment, world_, onlookers_);
  if (!leads()) return;
  EXPECT_FALSE(plan.basis.device.empty());
  ASSERT_EQ(plan.basis.lacks.size(), 1U);
  EXPECT_NE(plan.basis.lacks[0].find("/nonexistent"), std::string::npos);
  EXPECT_FALSE(plan.estimates[0].counts_epochs);
  EXPECT_NE(format_plan(experiment, plan).find("epochs are not counted"), std::string::npos);
}

TEST_F(EstimateTest, MemoryIsThatOfAMicroBatchOnALine) {
  auto accumulated = small_case("accumulated", 32);
  accumulated.train.accumulation = 2;
  const auto found = estimate({small_case("a", 8), small_case("b", 16), small_case("c", 32), accumulated});
  if (!leads()) return;
  const double of_eight = found[1].memory_bytes - found[0].memory_bytes;
  ASSERT_GT(of_eight, 0);
  EXPECT_DOUBLE_EQ(found[2].memory_bytes, found[0].memory_bytes + 3 * of_eight);
  EXPECT_DOUBLE_EQ(found[3].memory_bytes, found[1].memory_bytes);
}

TEST_F(EstimateTest, ASearchIsExpectedToEndAtTheLastStepThatFits) {
  const auto known = estimate({small_case("a", 8), small_case("b", 48), small_case("c", 54)});
  auto searched = small_case("searched", 6);
  searched.max_batch = true;
  if (leads()) searched.limits.memory_bytes = static_cast<std::int64_t>(known[2].memory_bytes) - 1;
  auto unlimited = searched;
  unlimited.limits.memory_bytes.reset();
  auto tight = searched;
  tight.limits.memory_bytes = 1;
  const auto found = estimate({searched, unlimited, tight});
  if (!leads()) return;
  EXPECT_EQ(found[0].batch_per_gpu, 48) << "one byte is missing for 54";
  EXPECT_EQ(found[1].batch_per_gpu, 6) << "without a limit nothing is known but the step";
  EXPECT_EQ(found[2].batch_per_gpu, 6) << "never less than one step";
}

TEST_F(EstimateTest, PromisesNothingOfACaseWhoseStepsFail) {
  auto one_value = small_case("one value", 1);
  one_value.dataset.image_size = 8;  // whose last map is of 1 x 1, on which batch norm has one value per channel
  auto accumulated = small_case("accumulated", 4);
  accumulated.dataset.image_size = 8;
  accumulated.train.accumulation = 4;
  auto searched = one_value;
  searched.max_batch = true;
  const auto found = estimate({one_value, accumulated, searched, small_case("a", 8)});
  if (!leads()) return;
  EXPECT_NE(found[0].fault.find("1 value per channel"), std::string::npos) << found[0].fault;
  EXPECT_EQ(found[1].fault, found[0].fault);
  EXPECT_EQ(found[2].fault, "") << "the search begins above it";
  EXPECT_EQ(found[3].fault, "");
}

config::Experiment two_cases() {
  config::Experiment experiment;
  auto pair = small_case("on two", 16);
  pair.gpus = 2;
  pair.max_batch = true;
  experiment.cases = {pair, small_case("on one", 8)};
  return experiment;
}

TEST(FormatPlan, ListsEachCaseOnceInTheOrderInWhichTheyRun) {
  auto experiment = two_cases();
  for (auto& config : experiment.cases) config.measure.repetitions = 5;
  const std::string text = format_plan(experiment, {{{"on two", 48, 90, 2e9}, {"on one", 8, 30, 1e9}}, {}});
  EXPECT_EQ(text.find("on two"), text.rfind("on two"));
  EXPECT_LT(text.find("on one"), text.find("on two")) << "little work first";
  EXPECT_NE(text.find("2 cases, about 2.00 min"), std::string::npos) << text;
}

TEST(FormatPlan, SaysWhatWillFailAndCountsNoTimeForIt) {
  auto experiment = two_cases();
  std::vector<CaseEstimate> estimates{{"on two", 48, 90, 2e9}, {"on one", 8, 30, 1e9}};
  estimates[0].fault = "shapes differ";
  const std::string text = format_plan(experiment, {estimates, {}});
  EXPECT_NE(text.find("will fail: shapes differ\n"), std::string::npos) << text;
  EXPECT_NE(text.find("about 30.0 s"), std::string::npos) << text;
}

TEST(FormatPlan, SaysWhatARunWouldLackAndWhatItCosts) {
  auto experiment = two_cases();
  experiment.cases[0].max_batch = false;
  const Plan plan{{{"on two", 16, 90, 2e9}, {"on one", 8, 30, 1e9}},
                  {"a processor", 1'500'000'000, 1, {"cifar10: not there"}}};
  const std::string text = format_plan(experiment, plan);
  EXPECT_NE(text.find("missing data: cifar10: not there\n"), std::string::npos) << text;
  EXPECT_NE(text.find("missing ranks: 1 were launched; start with mpirun -n 2"), std::string::npos) << text;
  EXPECT_NE(text.find("missing memory: on two needs about 1.86 GiB, 1.40 GiB are free\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("missing memory: on one"), std::string::npos) << text;
  EXPECT_NE(text.find("(3.5 GPU-minutes)"), std::string::npos) << "90 s on two and 30 s on one\n" << text;
  EXPECT_NE(text.find("on this device (a processor)"), std::string::npos) << text;
}

TEST(FormatPlan, MarksTheBatchOfASearchAsAGuess) {
  const std::string text = format_plan(two_cases(), {{{"on two", 48, 90, 2e9}, {"on one", 8, 30, 1e9}}, {}});
  EXPECT_NE(text.find(" ~48 "), std::string::npos) << text;
  EXPECT_NE(text.find(" ~96 "), std::string::npos) << "the global batch of two ranks\n" << text;
  EXPECT_NE(text.find("searched for first"), std::string::npos);
  auto given = two_cases();
  given.cases[0].max_batch = false;
  const std::string plain = format_plan(given, {{{"on two", 16, 90, 2e9}, {"on one", 8, 30, 1e9}}, {}});
  EXPECT_EQ(plain.find('~'), std::string::npos) << plain;
}

}  // namespace
}  // namespace scalemark::sweep
