#include "analysis/changed_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "analysis/one_change.h"
#include "analysis/result_fixture.h"
#include "analysis/worker_choice.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ParameterValue;
using Changes = std::vector<std::pair<std::string, ParameterValue>>;

/// A case on one rank at batch 32, with the given keys of its config.
CaseRecord with_keys(const std::string& id, const Changes& keys, const std::vector<double>& medians = {0.1, 0.1}) {
  CaseRecord record = make_case(id, 1, 32, medians);
  record.parameters.insert(record.parameters.end(), keys.begin(), keys.end());
  return record;
}

/// "key from > to: case without > case with", one text per pair.
std::vector<std::string> pairs_of(const std::vector<CaseRecord>& cases) {
  const std::vector<results::ResultFile> files{make_file(cases)};
  const CaseSet set = merge_cases(files);
  std::vector<std::string> texts;
  for (const auto& pair : changed_pairs(set)) {
    texts.push_back(pair.key + " " + pair.from + " > " + pair.to + ": " + pair.without->key.name + " > " +
                    pair.with->key.name);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ChangedPairs, HoldEachCaseAgainstTheFirstThatDiffersInOneKey) {
  EXPECT_EQ(pairs_of({with_keys("base", {{"train.precision", "fp32"}, {"train.fused", "off"}}),
                      with_keys("half", {{"train.precision", "fp16"}, {"train.fused", "off"}}),
                      with_keys("bf16", {{"train.precision", "bf16"}, {"train.fused", "off"}}),
                      with_keys("both", {{"train.precision", "fp16"}, {"train.fused", "on"}})}),
            (Texts{"train.precision fp32 > fp16: base > half", "train.precision fp32 > bf16: base > bf16",
                   "train.fused off > on: half > both"}));
}

TEST(ChangedPairs, CountTheLearningRateThatGoesAlongAsNoChangeOfItsOwn) {
  const auto keys = [](const char* optimizer, double rate) {
    return Changes{{"train.optimizer", optimizer}, {"train.learning_rate", rate}};
  };
  EXPECT_EQ(pairs_of({with_keys("sgd", keys("sgd", 0.1)), with_keys("adam", keys("adam", 0.001)),
                      with_keys("slow", keys("sgd", 0.01))}),
            (Texts{"train.optimizer sgd > adam: sgd > adam", "train.optimizer adam > sgd: adam > slow",
                   "train.learning_rate 0.1 > 0.01: sgd > slow"}));
}

TEST(ChangedPairs, TakeTheKeysOfOneStorageTogether) {
  const auto keys = [](const char* latency, const char* jitter) {
    return Changes{{"dataset.storage.latency", latency}, {"dataset.storage.jitter", jitter}};
  };
  EXPECT_EQ(pairs_of({with_keys("fast", keys("0ms", "0ms")), with_keys("late", keys("10ms", "2ms"))}),
            (Texts{"dataset.storage jitter 0ms, latency 0ms > jitter 2ms, latency 10ms: fast > late"}));
}

TEST(ChangedPairs, LeaveHowACaseIsMeasuredAlone) {
  EXPECT_EQ(
      pairs_of({with_keys("a", {{"train.seed", "1"}, {"measure.steps", std::int64_t{3}}, {"batch_norm", true}}),
                with_keys("b", {{"train.seed", "2"}, {"measure.steps", std::int64_t{9}}, {"batch_norm", false}})}),
      (Texts{"batch_norm true > false: a > b"}));
}

TEST(ChangedPairs, LeaveRanksFilesAndFailuresAlone) {
  CaseRecord failed = with_keys("failed", {{"train.fused", "on"}});
  failed.row.status = results::CaseStatus::kFailed;
  EXPECT_EQ(pairs_of({with_keys("base", {{"train.fused", "off"}}), failed, make_case("two", 2, 32, {0.1, 0.1})}),
            Texts{});
}

TEST(ChangedPairs, HoldBatchesBesideOtherChangesOnly) {
  const auto at = [](const char* id, std::int64_t batch, const char* fused) {
    CaseRecord record = make_case(id, 1, batch, {0.1, 0.1});
    record.parameters.emplace_back("train.fused", fused);
    return record;
  };
  EXPECT_EQ(pairs_of({at("a", 8, "off"), at("b", 16, "off")}), Texts{});
  EXPECT_EQ(pairs_of({at("a", 8, "off"), at("b", 16, "off"), at("c", 8, "on")}),
            (Texts{"batch_size 8 > 16: a > b", "train.fused off > on: a > c"}));
  EXPECT_EQ(pairs_of({at("a", 8, "off"), at("b", 16, "off"), at("c", 8, "on"), at("d", 32, "off")}),
            (Texts{"train.fused off > on: a > c"}));
}

TEST(OneChange, IsTheRatioOfThroughputsOverRepetitions) {
  CaseRecord base = make_case("base", 1, 32, {0.2, 0.2});
  CaseRecord fused = make_case("large", 1, 64, {0.1, 0.1});
  base.parameters.emplace_back("train.fused", "off");
  fused.parameters.emplace_back("train.fused", "off");
  CaseRecord other = with_keys("other", {{"train.fused", "on"}}, {0.4, 0.4});
  base.row.test_accuracy = 0.5;
  other.row.test_accuracy = 0.75;
  const std::vector<results::ResultFile> files{make_file({base, fused, other})};
  const CaseSet set = merge_cases(files);
  const auto changes = one_changes(changed_pairs(set));
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_NEAR(changes[0].throughput_ratio.estimate, 4.0, 1e-12) << "twice the images in half the time";
  EXPECT_NEAR(changes[1].throughput_ratio.estimate, 0.5, 1e-12);
  EXPECT_NEAR(changes[1].throughput_ratio.low, 0.5, 1e-12) << "repetitions without scatter";
  EXPECT_DOUBLE_EQ(changes[1].test_accuracy_difference, 0.25);
  EXPECT_TRUE(std::isnan(changes[0].test_accuracy_difference));
  EXPECT_DOUBLE_EQ(changes[1].peak_memory_ratio, 1.0);
}

CaseRecord with_workers(int workers, const std::vector<double>& medians, double waiting_seconds) {
  CaseRecord record =
      with_keys("workers-" + std::to_string(workers), {{"loader.workers", std::int64_t{workers}}}, medians);
  record.row.loader_workers = workers;
  record.phase_names = {"load", "forward"};
  const double step = medians.front();
  record.phase_seconds = {steady_samples({waiting_seconds}, 1), steady_samples({step - waiting_seconds}, 1)};
  record.arms["phases"] = steady_samples({step}, 1);
  return record;
}

WorkerChoice choice_of(const std::vector<CaseRecord>& cases) {
  const std::vector<results::ResultFile> files{make_file(cases)};
  const CaseSet set = merge_cases(files);
  const auto choices = worker_choices(changed_pairs(set));
  EXPECT_EQ(choices.size(), 1U);
  return choices.empty() ? WorkerChoice{} : choices.front();
}

TEST(WorkerChoice, IsTheSmallestCountThatIsAsFastAsAny) {
  const auto choice = choice_of({with_workers(4, {0.100, 0.102}, 0.001), with_workers(0, {0.2, 0.21}, 0.1),
                                 with_workers(2, {0.103, 0.101}, 0.001), with_workers(1, {0.14, 0.141}, 0.04)});
  EXPECT_EQ(choice.counts, (std::vector<int>{0, 1, 2, 4}));
  EXPECT_EQ(choice.best, 2);
  EXPECT_EQ(choice.key.name, "workers-2");
  EXPECT_NEAR(choice.waiting_fraction, 0.001 / 0.103, 1e-9);
  EXPECT_NE(choice.why.find("more workers cannot gain more"), std::string::npos) << choice.why;
}

TEST(WorkerChoice, SaysWhereMoreWereNotTriedAndWhereTheyDoNotHelp) {
  EXPECT_EQ(choice_of({with_workers(0, {0.4}, 0.3), with_workers(1, {0.3}, 0.2), with_workers(2, {0.2}, 0.1)}).why,
            "more were not tried");
  const auto choice =
      choice_of({with_workers(0, {0.4}, 0.3), with_workers(1, {0.2}, 0.1), with_workers(8, {0.25}, 0.15)});
  EXPECT_EQ(choice.best, 1);
  EXPECT_NE(choice.why.find("share its processors"), std::string::npos) << choice.why;
}

TEST(WorkerChoice, NeedsThreeCounts) {
  const std::vector<results::ResultFile> files{make_file({with_workers(0, {0.4}, 0.3), with_workers(1, {0.3}, 0.2)})};
  const CaseSet set = merge_cases(files);
  EXPECT_TRUE(worker_choices(changed_pairs(set)).empty());
}

}  // namespace
}  // namespace scalemark::analysis
