// A training to an accuracy: its keys, and what they go with.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

MeasureConfig target_of(const std::string& measure) { return load("measure: " + measure + kRest).cases[0].measure; }

std::string only_fault(const std::string& text) {
  const Lines lines = faults_of(text);
  return lines.size() == 1 ? lines.front() : std::to_string(lines.size()) + " faults";
}

TEST(Target, IsNoneUnlessAnAccuracyIsGiven) {
  const CaseConfig built = load(kRest).cases[0];
  EXPECT_FALSE(built.measure.has_target());
  EXPECT_EQ(built.measure.repetitions, 7);
  EXPECT_FALSE(target_of("{target.test_accuracy: none}").has_target());
  EXPECT_FALSE(target_of("{target: {most_epochs: 3}}").has_target());
}

TEST(Target, TakesNestedAndDottedKeys) {
  const MeasureConfig nested = target_of("{target: {test_accuracy: 0.9, most_epochs: 30, evaluate_every: 0.5epoch}}");
  EXPECT_EQ(nested.target_test_accuracy, 0.9);
  EXPECT_EQ(nested.target_most_epochs, 30);
  EXPECT_EQ(nested.target_epochs_between, 0.5);
  EXPECT_EQ(target_of("{target.test_accuracy: 0.9, target.most_epochs: 30, target.evaluate_every: 0.5}"), nested);
}

TEST(Target, EpochsAreANumberWithOrWithoutTheWord) {
  for (const auto& [text, epochs] : std::vector<std::pair<std::string, double>>{
           {"1epoch", 1}, {"2epochs", 2}, {"0.25 epoch", 0.25}, {"3", 3}, {"1.5epochs", 1.5}})
    EXPECT_EQ(target_of("{target.evaluate_every: " + text + "}").target_epochs_between, epochs) << text;
  EXPECT_EQ(
      only_fault("measure.target.evaluate_every: 10steps" + kRest),
      "c.yaml:1:32: measure.target.evaluate_every: 10steps is not a number of epochs; allowed: a number of epochs "
      "such as 1epoch, 0.5epoch or 2epochs, up to 100000");
  EXPECT_NE(only_fault("measure.target.evaluate_every: 0epochs" + kRest).find("0epochs is out of range"),
            std::string::npos);
}

TEST(Target, LiesBetweenNothingAndAll) {
  for (const char* value : {"0", "1", "-0.1", "94"})
    EXPECT_EQ(only_fault(std::string("measure.target.test_accuracy: ") + value + kRest),
              std::string("c.yaml:1:31: measure.target.test_accuracy: ") + value +
                  " is out of range; allowed: none, or a number > 0 and < 1");
}

TEST(Seeds, TakeThePlaceOfRepetitions) {
  const std::string target = "{target.test_accuracy: 0.9";
  const CaseConfig three = load("measure: " + target + ", seeds: [5, 1, 9]}" + kRest).cases[0];
  EXPECT_EQ(three.seeds(), (std::vector<std::int64_t>{5, 1, 9}));
  EXPECT_EQ(three.measure.repetitions, 3);
  const CaseConfig usual = load("train.seed: 4\nmeasure: " + target + "}" + kRest).cases[0];
  EXPECT_EQ(usual.seeds(), std::vector<std::int64_t>{4});
  EXPECT_EQ(usual.measure.repetitions, 1);
}

TEST(Seeds, AreDifferentWholeNumbers) {
  EXPECT_EQ(only_fault("measure.seeds: [1, 2, 1]" + kRest),
            "c.yaml:1:16: measure.seeds: 1 is listed twice; allowed: a list of at most 1000 different integers from 0, "
            "such as [1, 2, 3]");
  EXPECT_NE(only_fault("measure.seeds: [-1]" + kRest).find("-1 is out of range"), std::string::npos);
  EXPECT_NE(only_fault("measure.seeds: 3" + kRest).find("3 is given"), std::string::npos);
}

TEST(Seeds, WithoutATargetAreWarnedOf) {
  const Experiment experiment = load("measure.seeds: [1, 2]" + kRest);
  ASSERT_EQ(experiment.warnings.size(), 1U);
  EXPECT_NE(experiment.warnings[0].find("measure.seeds: has no effect without measure.target.test_accuracy"),
            std::string::npos);
  EXPECT_EQ(experiment.cases[0].measure.repetitions, 7);
}

TEST(Target, DoesNotGoWithWhatItReplaces) {
  const auto fault = [](const std::string& other) {
    return only_fault(other + "\nmeasure.target.test_accuracy: 0.9" + kRest);
  };
  EXPECT_EQ(fault("measure.repetitions: auto"),
            "c.yaml:1:22: measure.repetitions: auto does not go with measure.target.test_accuracy; allowed: a list in "
            "measure.seeds, a training each");
  for (const char* other :
       {"measure.epochs: 2", "measure.trace: folder", "max_batch: true", "train.mode: data_parallel"})
    EXPECT_NE(fault(other).find("does not go with measure.target.test_accuracy"), std::string::npos) << other;
  EXPECT_EQ(fault("measure.target: {most_epochs: 1, evaluate_every: 2epochs}"),
            "c.yaml:1:31: measure.target.most_epochs: 1 is less than the 2 of measure.target.evaluate_every; allowed: "
            "as many or more");
}

TEST(Target, GoesThroughTheResolvedConfigAndTheHash) {
  const std::string config = "measure: {target: {test_accuracy: 0.9, evaluate_every: 0.5epoch}, seeds: [3, 4]}" + kRest;
  const Experiment first = load(config);
  const Experiment again = load(first.resolved_yaml);
  EXPECT_EQ(again.hash, first.hash);
  EXPECT_EQ(again.cases[0].measure, first.cases[0].measure);
  EXPECT_NE(load(config, {"measure.target.test_accuracy=0.8"}).hash, first.hash);
  EXPECT_NE(load(config, {"measure.seeds=[3]"}).hash, first.hash);
  EXPECT_EQ(load(kRest, {"measure.seeds=[]"}).hash, load(kRest).hash) << "a file of an earlier release goes on";
}

}  // namespace
}  // namespace scalemark::config
