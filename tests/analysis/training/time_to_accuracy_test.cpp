#include "analysis/training/time_to_accuracy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/comparison/comparison.h"
#include "analysis/report.h"
#include "analysis/training/target_fixture.h"

namespace scalemark::analysis {
namespace {

/// Seeds 1, 2, 3 ... that reach the target at these evaluations, each after 1000 images and so many seconds.
std::vector<results::TargetRun> runs_reaching(const std::vector<std::size_t>& at, double seconds) {
  std::vector<results::TargetRun> runs;
  for (std::size_t i = 0; i < at.size(); ++i)
    runs.push_back(target_run(static_cast<std::int64_t>(i + 1), reaching_at(at[i]), 1000, seconds));
  return runs;
}

TEST(TimeToAccuracy, IsThatOfTheFirstEvaluationAtTheTarget) {
  const Report report = build_report({make_file({target_case("a", 1, 50, runs_reaching({4, 5, 6}, 10))})});
  ASSERT_EQ(report.times_to_accuracy.size(), 1U);
  const TimeToAccuracy& one = report.times_to_accuracy.front();
  EXPECT_EQ(seeds_text(one), "3 of 3");
  EXPECT_DOUBLE_EQ(one.seconds.estimate, 50);
  EXPECT_DOUBLE_EQ(one.epochs.estimate, 5);
  EXPECT_DOUBLE_EQ(one.images.estimate, 5000);
  EXPECT_TRUE(std::isnan(one.joules.estimate));
  EXPECT_DOUBLE_EQ(one.images_per_second.estimate, 100);
  // Lower ends 3, 4, 5 and upper ends 4, 5, 6 epochs: their standard deviation 1 is more than 1 / sqrt(12).
  EXPECT_NEAR(one.epochs.low, 4 - 4.302652729696 / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(one.epochs.high, 5 + 4.302652729696 / std::sqrt(3.0), 1e-9);
  EXPECT_DOUBLE_EQ(one.seconds.estimate, one.images.estimate / one.images_per_second.estimate);
}

TEST(TimeToAccuracy, WholeEpochsGiveNoIntervalWithoutWidth) {
  const Report report = build_report({make_file({target_case("a", 1, 50, runs_reaching({4, 4, 4}, 10))})});
  const TimeToAccuracy& one = report.times_to_accuracy.front();
  EXPECT_LT(one.epochs.low, 3);
  EXPECT_GT(one.epochs.high, 4);
}

TEST(TimeToAccuracy, IsWithheldWhereASeedFellShort) {
  auto runs = runs_reaching({4, 5, 6}, 10);
  runs[1].test_accuracy.back() = 0.89;
  const Report report = build_report({make_file({target_case("a", 1, 50, runs)})});
  const TimeToAccuracy& one = report.times_to_accuracy.front();
  EXPECT_EQ(one.withheld, "2 of 3 seeds reached the target");
  for (const auto& value : {one.seconds, one.epochs, one.images}) EXPECT_TRUE(std::isnan(value.estimate));
  EXPECT_DOUBLE_EQ(one.images_per_second.estimate, 100) << "throughput asks for no target";
  EXPECT_DOUBLE_EQ(one.best_accuracy, (0.9 + 0.89 + 0.9) / 3);
}

TEST(TimeToAccuracy, IsWithheldWhileASeedHasNotEnded) {
  auto runs = runs_reaching({4, 5}, 10);
  runs.push_back(target_run(3, {0.4, 0.5}, 1000, 10));
  runs.back().ended = false;
  const Report report = build_report({make_file({target_case("a", 1, 50, runs)})});
  EXPECT_EQ(report.times_to_accuracy.front().withheld, "1 seed did not end");
  EXPECT_EQ(seeds_text(report.times_to_accuracy.front()), "2 of 3, 1 unfinished");
}

TEST(TimeToAccuracy, CountsEnergyWhereItWasMeasured) {
  auto runs = runs_reaching({2}, 10);
  runs[0].joules = {30, 65};
  const Report report = build_report({make_file({target_case("a", 1, 50, runs)})});
  const Interval joules = report.times_to_accuracy.front().joules;
  EXPECT_EQ(joules.estimate, 65);
  EXPECT_EQ(joules.low, 30);
}

TEST(TimeToAccuracy, IsOfCasesWithATargetAlone) {
  EXPECT_TRUE(build_report({make_file({make_case("steps", 1, 10, {1.0})})}).times_to_accuracy.empty());
}

TEST(TimeToAccuracy, NamesWhatIsChangedButNotRanksBatchAndRate) {
  const Report report = build_report({SyntheticTrainings().file()});
  std::set<std::string> techniques;
  for (const auto& one : report.times_to_accuracy) techniques.insert(one.technique);
  EXPECT_EQ(techniques, (std::set<std::string>{"sgd", "sgd, warmup epochs 2", "lars, warmup epochs 2"}));
}

TEST(TimeToAccuracy, IsNoPartOfTablesOfSteps) {
  const Report report = build_report({SyntheticTrainings().file()});
  EXPECT_TRUE(report.fixed_global_batch.empty() && report.fixed_data_set.empty() && report.fixed_work.empty());
  EXPECT_TRUE(report.one_changes.empty());
  EXPECT_TRUE(report.flags.empty());
}

TEST(EpochsByBatch, JoinCasesThatDifferInTheGlobalBatchAlone) {
  const Report report = build_report({SyntheticTrainings().file()});
  ASSERT_EQ(report.epochs_by_batch.size(), 6U);
  for (const auto& series : report.epochs_by_batch) {
    std::set<std::pair<std::int32_t, std::string>> of_series;
    for (const std::size_t member : series.members) {
      const auto& one = report.times_to_accuracy[member];
      of_series.insert({one.key.ranks, one.technique});
      EXPECT_TRUE(one.has_time());
    }
    EXPECT_EQ(of_series.size(), 1U) << series.name;
  }
}

/// Baseline: evaluations 4, 5, 6 of 10 s; two ranks: 5, 7, 6 of 4 s. Same batch per rank.
std::vector<results::CaseRecord> pair_of_trainings() {
  return {target_case("alone", 1, 50, runs_reaching({4, 5, 6}, 10)),
          target_case("pair", 2, 50, runs_reaching({5, 7, 6}, 4))};
}

const TrainingSpeedup& only_row(const Report& report) {
  EXPECT_EQ(report.training_speedups.size(), 1U);
  return report.training_speedups.at(0);
}

// NumPy and SciPy: the linearised logarithm of ratios of means, of lower over upper ends and upper over lower ends.
TEST(TrainingSpeedup, IsTheRatioOfTimesWithTheIntervalOfItsEnds) {
  const Report report = build_report({make_file(pair_of_trainings())});
  const TrainingSpeedup& row = only_row(report);
  EXPECT_EQ(row.baseline, "alone");
  EXPECT_EQ(row.held, "batch 50 per rank");
  EXPECT_TRUE(row.paired);
  EXPECT_NEAR(row.throughput_speedup.estimate, 2.5, 1e-12);
  EXPECT_NEAR(row.epochs_ratio.estimate, 5.0 / 6, 1e-12);
  EXPECT_NEAR(row.speedup.estimate, 50.0 / 24, 1e-12);
  EXPECT_NEAR(row.speedup.low, 0.9637963516107374, 1e-9);
  EXPECT_NEAR(row.speedup.high, 4.108747650706877, 1e-9);
  EXPECT_NEAR(row.epochs_ratio.low, 0.3855185406442949, 1e-9);
  EXPECT_NEAR(row.epochs_ratio.high, 1.6434990602827508, 1e-9);
}

TEST(TrainingSpeedup, IsNotPairedWhereSeedsDiffer) {
  auto cases = pair_of_trainings();
  for (auto& run : cases[1].target_runs) run.seed += 10;
  const Report report = build_report({make_file(cases)});
  EXPECT_FALSE(only_row(report).paired);
  EXPECT_NEAR(only_row(report).speedup.low, 0.9997467220030681, 1e-9);
  EXPECT_NEAR(only_row(report).speedup.high, 3.93410070780533, 1e-9);
}

TEST(TrainingSpeedup, TheThroughputsIntervalIsThatOfBothMeans) {
  auto cases = pair_of_trainings();
  const std::vector<std::vector<double>> ends{{40, 50, 62}, {20, 29, 24}};
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t seed = 0; seed < 3; ++seed) cases[side].target_runs[seed].seconds.back() = ends[side][seed];
  }
  const Report report = build_report({make_file(cases)});
  EXPECT_NEAR(only_row(report).throughput_speedup.estimate, 2.4986301369863013, 1e-9);
  EXPECT_NEAR(only_row(report).throughput_speedup.low, 2.2744871152829136, 1e-9);
  EXPECT_NEAR(only_row(report).throughput_speedup.high, 2.7448616962948256, 1e-9);
}

// For every row of an experiment, and with the times that stand in the other table.
TEST(TrainingSpeedup, IsTheProductOfThroughputAndEpochs) {
  const Report report = build_report({SyntheticTrainings().file()});
  std::map<std::string, const TimeToAccuracy*> times;
  for (const auto& one : report.times_to_accuracy) times[one.key.name] = &one;
  std::size_t with_ratio = 0;
  for (const auto& row : report.training_speedups) {
    if (!row.refusal.empty()) continue;
    ++with_ratio;
    const double product = row.throughput_speedup.estimate * row.epochs_ratio.estimate;
    EXPECT_NEAR(row.speedup.estimate / product, 1.0, 1e-14);
    const auto& base = *times.at(row.baseline);
    const auto& one = *times.at(row.key.name);
    EXPECT_NEAR(row.speedup.estimate / (base.seconds.estimate / one.seconds.estimate), 1.0, 1e-14);
    EXPECT_NEAR(row.epochs_ratio.estimate / (base.epochs.estimate / one.epochs.estimate), 1.0, 1e-14);
    EXPECT_NEAR(row.throughput_speedup.estimate / (one.images_per_second.estimate / base.images_per_second.estimate),
                1.0, 1e-14);
    EXPECT_TRUE(row.speedup.low < row.speedup.estimate && row.speedup.estimate < row.speedup.high);
  }
  EXPECT_EQ(with_ratio, 8U);  // three techniques at three global batches, but one that fell short
}

TEST(TrainingSpeedup, IsRefusedWhereASeedOfEitherSideFellShort) {
  for (const std::size_t side : {0, 1}) {
    auto cases = pair_of_trainings();
    cases[side].target_runs[1].test_accuracy.back() = 0.89;
    const Report report = build_report({make_file(cases)});
    EXPECT_EQ(only_row(report).refusal, cases[side].row.case_id + ": 2 of 3 seeds reached the target");
    EXPECT_TRUE(std::isnan(only_row(report).speedup.estimate));
    EXPECT_TRUE(std::isnan(only_row(report).throughput_speedup.estimate));
  }
}

TEST(TrainingSpeedup, IsNotGivenBetweenTargetsOrTechniques) {
  auto cases = pair_of_trainings();
  for (auto& [name, value] : cases[1].parameters) {
    if (name == "measure.target.test_accuracy") value = 0.8;
  }
  EXPECT_TRUE(build_report({make_file(cases)}).training_speedups.empty());
  cases = pair_of_trainings();
  cases[1].row.optimizer = "lars";
  EXPECT_TRUE(build_report({make_file(cases)}).training_speedups.empty());
}

TEST(TrainingSpeedup, OfOneSeedHoldsTheCrossingsAlone) {
  const Report report = build_report({make_file(
      {target_case("alone", 1, 50, runs_reaching({4}, 10)), target_case("pair", 2, 50, runs_reaching({6}, 4))})});
  const TrainingSpeedup& row = only_row(report);
  EXPECT_DOUBLE_EQ(row.speedup.low, 30.0 / 24);
  EXPECT_DOUBLE_EQ(row.speedup.high, 40.0 / 20);
  EXPECT_TRUE(std::isnan(row.throughput_speedup.low));
  EXPECT_TRUE(contains(row.caveat, "one seed"));
}

TEST(TrainingSpeedup, ReachedAtTheFirstEvaluationHasNoBounds) {
  const Report report = build_report({make_file(
      {target_case("alone", 1, 50, runs_reaching({4, 4}, 10)), target_case("pair", 2, 50, runs_reaching({1, 1}, 4))})});
  EXPECT_DOUBLE_EQ(only_row(report).speedup.estimate, 10);
  EXPECT_TRUE(std::isnan(only_row(report).speedup.high));
  EXPECT_TRUE(contains(only_row(report).caveat, "measure.target.evaluate_every"));
}

TEST(TrainingSpeedup, OfAFixedGlobalBatchTakesItsOwnBaseline) {
  const Report report = build_report({make_file({target_case("alone-100", 1, 100, runs_reaching({4, 5}, 10)),
                                                 target_case("pair-100", 2, 50, runs_reaching({4, 5}, 6))})});
  EXPECT_EQ(only_row(report).held, "global batch 100");
  EXPECT_NEAR(only_row(report).epochs_ratio.estimate, 1.0, 1e-12);
}

TEST(TimeToAccuracy, IsNotTakenForStepTimesByCompare) {
  const auto file = make_file({target_case("alone", 1, 50, runs_reaching({4, 5}, 10))});
  const Comparison comparison = compare_files(file, file, 0.05);
  EXPECT_TRUE(comparison.cases.empty());
  ASSERT_EQ(comparison.others.size(), 1U);
  EXPECT_TRUE(contains(comparison.others[0].reason, "has no step times"));
  EXPECT_FALSE(comparison.others[0].lost);
}

}  // namespace
}  // namespace scalemark::analysis
