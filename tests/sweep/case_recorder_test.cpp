#include "sweep/case_recorder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseStatus;
using Values = std::vector<double>;

// What each rank brings depends on its rank and on the repetition, so that every place in the record has its own value.
class CaseRecorder : public ::testing::Test {
 protected:
  CaseRecorder() { device_.name = "a processor"; }

  double rank() const { return world_.rank(); }
  bool leads() const { return world_.rank() == 0; }

  train::RepetitionSamples samples(int repetition) const {
    train::RepetitionSamples of_rank;
    of_rank.step_seconds["full"] = {100.0 * repetition + rank(), 100.0 * repetition + 10 + rank()};
    of_rank.input_wait_seconds["full"] = {1000.0 * repetition + rank(), 1000.0 * repetition + 10 + rank()};
    of_rank.bucket_bytes = {400};
    of_rank.bucket_seconds = {{0.5 + rank()}};
    of_rank.loss = {rank(), 2};
    of_rank.machine = {.host_busy_seconds = 10, .host_capacity_seconds = 20, .own_busy_seconds = 2};
    of_rank.skipped_images = {"every rank's", "of rank " + std::to_string(world_.rank())};
    of_rank.peak_memory_bytes = 1'000 * (1 + world_.rank()) - 100 * repetition;
    of_rank.parameters = 100;
    return of_rank;
  }

  void append(const train::RepetitionSamples& samples, int repetition) {
    append_repetition(samples, repetition, device_, world_, record_);
  }

  // Over ranks 0, 1, ...: `first` plus the rank.
  Values by_rank(double first) const {
    Values values;
    for (int of_rank = 0; of_rank < world_.size(); ++of_rank) values.push_back(first + of_rank);
    return values;
  }

  monitor::ControlGroup world_ = monitor::ControlGroup::world();
  measure::DeviceDescription device_;
  CaseRecord record_;
};

void append_to(Values& values, const Values& more) { values.insert(values.end(), more.begin(), more.end()); }

TEST_F(CaseRecorder, PutsEveryRanksStepsInOrderOfRepetitionStepAndRank) {
  append(samples(0), 0);
  append(samples(1), 1);
  if (!leads()) return;
  Values expected;
  for (const double first : {0.0, 10.0, 100.0, 110.0}) append_to(expected, by_rank(first));
  const auto& full = record_.arms.at("full");
  EXPECT_EQ(full.seconds, expected);
  EXPECT_EQ(full.steps, 2);
  EXPECT_EQ(full.ranks, world_.size());
  Values bucket;
  for (int repetition = 0; repetition < 2; ++repetition) append_to(bucket, by_rank(0.5));
  EXPECT_EQ(record_.bucket_seconds.at(0).seconds, bucket);
  EXPECT_EQ(record_.row.status, CaseStatus::kOk);
}

TEST_F(CaseRecorder, PutsPointsOfTheStepsBesideThem) {
  append(samples(0), 0);
  append(samples(1), 1);
  if (!leads()) return;
  Values expected;
  for (const double first : {0.0, 10.0, 1000.0, 1010.0}) append_to(expected, by_rank(first));
  EXPECT_EQ(record_.input_wait_seconds.at("full").seconds, expected);
  EXPECT_FALSE(record_.backward_end_seconds.contains("full")) << "nobody brought any";
}

TEST_F(CaseRecorder, PointsThatAnOlderVersionDidNotRecordAreNotKnown) {
  auto older = samples(0);
  older.input_wait_seconds.clear();
  append(older, 0);
  append(samples(1), 1);
  if (!leads()) return;
  const auto& points = record_.input_wait_seconds.at("full");
  ASSERT_EQ(points.seconds.size(), record_.arms.at("full").seconds.size());
  for (std::size_t i = 0; i < points.seconds.size() / 2; ++i) EXPECT_TRUE(std::isnan(points.seconds[i])) << i;
  Values second = by_rank(1000.0);
  append_to(second, by_rank(1010.0));
  EXPECT_EQ(Values(points.seconds.begin() + static_cast<std::ptrdiff_t>(second.size()), points.seconds.end()), second);
}

TEST_F(CaseRecorder, KeepsTheLossOfTheFirstRepetitionAsTheMeanOverRanks) {
  append(samples(0), 0);
  auto second = samples(1);
  second.loss = {7, 7};
  append(second, 1);
  if (!leads()) return;
  // The mean of 0, 1, ..., n - 1.
  EXPECT_EQ(record_.loss, (Values{(world_.size() - 1) / 2.0, 2}));
}

TEST_F(CaseRecorder, KeepsTheHighestPeakOfEachRank) {
  append(samples(0), 0);
  append(samples(1), 1);
  if (!leads()) return;
  ASSERT_EQ(record_.rank_rows.size(), static_cast<std::size_t>(world_.size()));
  for (int of_rank = 0; of_rank < world_.size(); ++of_rank) {
    const auto& row = record_.rank_rows.at(static_cast<std::size_t>(of_rank));
    EXPECT_EQ(row.rank, of_rank);
    EXPECT_EQ(row.device, "a processor");
    EXPECT_EQ(row.peak_memory_bytes, 1'000 * (1 + of_rank));
  }
}

TEST_F(CaseRecorder, CountsOnlyOthersWorkAsOtherLoad) {
  append(samples(0), 0);
  if (!leads()) return;
  // All ranks share this host: 2 s of its 10 busy ones are each rank's own, and there were 20.
  const double others = (10 - 2.0 * world_.size()) / 20;
  EXPECT_EQ(record_.machine.other_load_fraction, Values(static_cast<std::size_t>(world_.size()), others));
  EXPECT_TRUE(record_.machine.step_joules.empty()) << "a processor counts no joules";
}

TEST_F(CaseRecorder, SaysWhereRepetitionsWereRunInTwoWays) {
  auto graphed = samples(0);
  graphed.resident_bytes = 1000;
  auto eager = samples(1);
  eager.not_graphed = "no room for it";
  eager.not_resident = "too large";
  append(graphed, 0);
  append(graphed, 1);
  EXPECT_EQ(record_.execution.step_launch, leads() ? "graph" : "");
  append(eager, 2);
  append(eager, 3);
  append(graphed, 4);
  if (!leads()) return;
  EXPECT_EQ(record_.execution.step_launch, "graph; eager: no room for it");
  EXPECT_EQ(record_.execution.image_residence, "device; host: too large");
  EXPECT_EQ(record_.execution.resident_bytes, 1000);
}

TEST_F(CaseRecorder, NamesEachSkippedImageOnce) {
  append(samples(0), 0);
  append(samples(1), 1);
  if (!leads()) return;
  std::vector<std::string> expected{"every rank's"};
  for (int of_rank = 0; of_rank < world_.size(); ++of_rank) expected.push_back("of rank " + std::to_string(of_rank));
  EXPECT_EQ(record_.skipped_images, expected);
}

TEST_F(CaseRecorder, AccuracyIsOverTheImagesOfAllRanks) {
  auto evaluated = samples(0);
  evaluated.epoch_seconds = {1, 1};
  evaluated.correct = {1 + rank(), 0};
  evaluated.evaluated = {4, 2};
  append(evaluated, 0);
  if (!leads()) return;
  ASSERT_EQ(record_.accuracy.size(), 2U) << "one for each epoch";
  EXPECT_TRUE(std::isnan(record_.accuracy[0][0])) << "only the last epoch was evaluated";
  const double correct = world_.size() == 1 ? 1 : 3;
  EXPECT_EQ(record_.accuracy[1][0], correct / (4 * world_.size()));
  EXPECT_EQ(record_.accuracy[1][1], 0);
}

TEST_F(CaseRecorder, ALossThatIsNotFiniteMakesTheCaseInvalidForGood) {
  auto diverged = samples(0);
  diverged.loss[1] = std::numeric_limits<double>::infinity();
  append(diverged, 0);
  append(samples(1), 1);
  if (!leads()) return;
  EXPECT_EQ(record_.row.status, CaseStatus::kInvalid);
  EXPECT_NE(record_.row.reason.find("repetition 0"), std::string::npos) << record_.row.reason;
}

TEST(NewRecord, HoldsTheCaseAndNoMeasurement) {
  config::CaseConfig config;
  config.id = "a";
  config.gpus = 2;
  config.batch_per_gpu = 16;
  config.measure.repetitions = 7;
  const CaseRecord record = new_record(config, 64);
  EXPECT_EQ(record.row.case_id, "a");
  EXPECT_EQ(record.row.ranks, 2);
  EXPECT_EQ(record.row.global_batch, 32);
  EXPECT_EQ(record.row.status, CaseStatus::kFailed) << "until a repetition is in";
  EXPECT_EQ(record.images, 64);
  EXPECT_EQ(record.planned_repetitions, 7);
  EXPECT_TRUE(std::isnan(record.row.step_seconds));
}

}  // namespace
}  // namespace scalemark::sweep
