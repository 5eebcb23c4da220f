#include "sweep/target/target_visit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace scalemark::sweep {
namespace {

train::TargetStretch stretch_of(double seconds, double accuracy) {
  train::TargetStretch stretch;
  stretch.seconds = seconds;
  stretch.test_accuracy = accuracy;
  return stretch;
}

results::TargetRun three_evaluations() {
  results::TargetRun run;
  run.seed = 5;
  append_evaluation(stretch_of(10, 0.5), 1, 1000, run);
  append_evaluation(stretch_of(11, 0.7), 2, 2000, run);
  append_evaluation(stretch_of(12, 0.7), 3, 3000, run);
  return run;
}

TEST(TargetVisit, SecondsAndJoulesAddUpOverStretches) {
  const results::TargetRun run = three_evaluations();
  EXPECT_EQ(run.seconds, (std::vector<double>{10, 21, 33}));
  EXPECT_EQ(run.epochs, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(run.images, (std::vector<double>{1000, 2000, 3000}));
  EXPECT_EQ(run.test_accuracy, (std::vector<double>{0.5, 0.7, 0.7}));
  EXPECT_TRUE(std::isnan(run.joules[2]) && std::isnan(run.train_accuracy[2]));
}

TEST(TargetVisit, ARunGoesBackToWhereItsCheckpointIs) {
  results::TargetRun run = three_evaluations();
  ASSERT_TRUE(rewind_run("case", std::string(mark_of("case", run)), run)) << "nothing to cut off";
  EXPECT_EQ(run.seconds.size(), 3U);
  results::TargetRun two;
  two.seed = 5;
  append_evaluation(stretch_of(10, 0.5), 1, 1000, two);
  append_evaluation(stretch_of(11, 0.7), 2, 2000, two);
  ASSERT_TRUE(rewind_run("case", mark_of("case", two), run));
  EXPECT_EQ(run.seconds, two.seconds);
  EXPECT_EQ(run.joules.size(), 2U);
}

TEST(TargetVisit, ACheckpointOfAnotherTrainingIsTold) {
  results::TargetRun run = three_evaluations();
  results::TargetRun other = run;
  other.seed = 6;
  EXPECT_FALSE(rewind_run("case", mark_of("case", other), run));
  EXPECT_FALSE(rewind_run("case", mark_of("another case", run), run));
  other = run;
  other.seconds.back() = std::nextafter(33.0, 34.0);
  EXPECT_FALSE(rewind_run("case", mark_of("case", other), run));
  EXPECT_EQ(run.seconds.size(), 3U) << "left as it was";
}

TEST(TargetVisit, CheckpointsHaveNamesOfTheirOwn) {
  EXPECT_EQ(checkpoint_path("out/a.h5", "gpus=2", 7), "out/a.h5.gpus=2.seed-7.checkpoint");
  const std::string lengthy(300, 'x');
  const auto first = checkpoint_path("a.h5", lengthy + "1", 7).filename().string();
  EXPECT_NE(first, checkpoint_path("a.h5", lengthy + "2", 7).filename().string());
  EXPECT_LE(first.size(), 255U);
}

}  // namespace
}  // namespace scalemark::sweep
