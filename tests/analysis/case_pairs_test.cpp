#include "analysis/comparison/case_pairs.h"

#include <gtest/gtest.h>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ResultFile;

struct Sides {
  Sides(const std::vector<CaseRecord>& base, const std::vector<CaseRecord>& changed)
      : base_files{make_file(base)},
        new_files{make_file(changed)},
        base_set(merge_cases(base_files)),
        new_set(merge_cases(new_files)) {}

  std::vector<ResultFile> base_files;
  std::vector<ResultFile> new_files;
  CaseSet base_set;
  CaseSet new_set;
};

/// "a-b c- -d": the names of each pair and of what is left on each side.
std::string pairing(const Sides& sides) {
  const CasePairs found = pair_cases(sides.base_set, sides.new_set);
  std::string text;
  for (const auto& [base, changed] : found.pairs) text += base->key.name + "-" + changed->key.name + " ";
  for (const auto* one : found.only_base) text += one->key.name + "- ";
  for (const auto* one : found.only_new) text += "-" + one->key.name + " ";
  return text;
}

CaseRecord with_seed(CaseRecord record, std::int64_t seed) {
  record.parameters.emplace_back("train.seed", seed);
  return record;
}

TEST(PairCases, ByWorkWhateverTheName) {
  EXPECT_EQ(pairing({{make_case("a", 1, 10, {1.0}), make_case("b", 2, 10, {1.0})},
                     {make_case("renamed", 2, 10, {1.0}), make_case("a", 1, 10, {1.0})}}),
            "a-a b-renamed ");
}

TEST(PairCases, SwappedNamesDoNotHideTheWork) {
  EXPECT_EQ(pairing({{make_case("a", 1, 10, {1.0}), make_case("b", 2, 10, {1.0})},
                     {make_case("b", 1, 10, {1.0}), make_case("a", 2, 10, {1.0})}}),
            "a-b b-a ");
}

TEST(PairCases, TheSameNameFirstAmongEqualWork) {
  EXPECT_EQ(pairing({{make_case("a", 1, 10, {1.0}), make_case("b", 1, 10, {1.0})},
                     {make_case("b", 1, 10, {1.0}), make_case("c", 1, 10, {1.0})}}),
            "a-c b-b ");
}

TEST(PairCases, ByNameWhereTheWorkWasChanged) {
  EXPECT_EQ(pairing({{with_seed(make_case("a", 1, 10, {1.0}), 1)}, {with_seed(make_case("a", 1, 10, {1.0}), 2)}}),
            "a-a ");
}

TEST(PairCases, WhatIsOnOneSideOnly) {
  EXPECT_EQ(pairing({{make_case("a", 1, 10, {1.0}), make_case("b", 2, 10, {1.0})},
                     {make_case("c", 4, 10, {1.0}), make_case("b", 2, 10, {1.0})}}),
            "b-b a- -c ");
  EXPECT_EQ(pairing({{}, {}}), "");
}

TEST(PairCases, NeitherTraceNorEvaluationMakesAnotherCase) {
  const auto with = [](const char* name, const char* trace, bool evaluate) {
    CaseRecord record = make_case(name, 1, 10, {1.0});
    record.parameters.emplace_back("measure.trace", trace);
    record.parameters.emplace_back("measure.evaluate", evaluate);
    return record;
  };
  EXPECT_EQ(pairing({{with("a", "none", false)}, {with("renamed", "/tmp/traces", true)}}), "a-renamed ");
}

TEST(PairCases, ADeviceDoesNotMakeAnotherCase) {
  CaseRecord faster = make_case("a", 1, 10, {1.0});
  faster.rank_rows[0].device = "Faster Processor";
  EXPECT_EQ(pairing({{make_case("a", 1, 10, {1.0})}, {faster}}), "a-a ");
}

std::vector<std::string> obstacles_between(const Sides& sides) {
  return obstacles(sides.base_set.cases.front(), sides.new_set.cases.front());
}

TEST(Obstacles, VersionsAreTheSubjectAndNoObstacle) {
  Sides sides({make_case("a", 1, 10, {1.0})}, {make_case("a", 1, 10, {1.0})});
  sides.new_files[0].software_version = "0.2.0";
  sides.new_files[0].provenance.versions = {{"LibTorch", "2.12.0"}};
  sides.new_set = merge_cases(sides.new_files);
  EXPECT_TRUE(obstacles_between(sides).empty());
  EXPECT_TRUE(recorded_once(sides.base_set.cases[0].signature, sides.new_set.cases[0].signature).empty());
}

TEST(Obstacles, NameWhatDiffers) {
  CaseRecord changed = make_case("a", 2, 20, {1.0});
  changed.row.mode = "single";
  changed.rank_rows[1].device = changed.rank_rows[0].device = "Other";
  changed.images = 500;
  EXPECT_EQ(obstacles_between({{make_case("a", 1, 10, {1.0})}, {changed}}),
            (std::vector<std::string>{"ranks 1 against 2", "batch per rank 10 against 20", "global batch 10 against 40",
                                      "mode ddp against single", "device Some Processor against Other",
                                      "images 1000 against 500"}));
}

TEST(Obstacles, AnotherLearningRateIsOtherWorkAndAnotherSeedIsNot) {
  const auto with = [](double rate, std::int64_t seed) {
    CaseRecord record = with_seed(make_case("a", 1, 10, {1.0}), seed);
    record.parameters.emplace_back("train.learning_rate", rate);
    return record;
  };
  EXPECT_EQ(obstacles_between({{with(0.1, 1)}, {with(0.2, 1)}}),
            std::vector<std::string>{"train.learning_rate 0.1 against 0.2"});
  EXPECT_TRUE(obstacles_between({{with(0.1, 1)}, {with(0.1, 2)}}).empty());
}

TEST(Obstacles, TheDevicesOfOneRankCount) {
  CaseRecord two_devices = make_case("a", 1, 10, {1.0});
  two_devices.row.devices = 2;
  EXPECT_EQ(obstacles_between({{make_case("a", 1, 10, {1.0})}, {two_devices}}),
            std::vector<std::string>{"devices 1 against 2"});
}

TEST(Obstacles, AParameterThatOneReleaseDoesNotKnowIsNamedOnly) {
  CaseRecord changed = make_case("a", 1, 10, {1.0});
  changed.parameters.emplace_back("loader.prefetch", std::int64_t{2});
  const Sides sides({make_case("a", 1, 10, {1.0})}, {changed});
  EXPECT_TRUE(obstacles_between(sides).empty());
  EXPECT_EQ(recorded_once(sides.base_set.cases[0].signature, sides.new_set.cases[0].signature),
            std::vector<std::string>{"loader.prefetch"});
}

}  // namespace
}  // namespace scalemark::analysis
