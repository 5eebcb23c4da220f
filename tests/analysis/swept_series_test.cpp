#include "analysis/swept_series.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/report.h"
#include "analysis/synthetic_sweep.h"

namespace scalemark::analysis {
namespace {

using Names = std::vector<std::string>;

results::CaseRecord case_with(const std::string& id, std::int64_t batch, const std::string& key,
                              const results::ParameterValue& value) {
  return SyntheticSweep::with(make_case(id, 1, batch, {1.0, 1.0}), id, key, value);
}

Names members_of(const Report& report, const AxisSeries& series) {
  Names names;
  for (const auto index : series.members) names.push_back(report.cases[index].key.name);
  return names;
}

TEST(SweptSeries, CasesBesideASweepAreNoPartOfIt) {
  const Report report = build_report({SyntheticSweep().lab5()});
  ASSERT_EQ(report.batch_series.size(), 3u);
  EXPECT_EQ(report.batch_series[0].name, "1 rank");
  EXPECT_EQ(report.batch_series[2].name, "4 ranks");
  for (const auto& series : report.batch_series) {
    EXPECT_EQ(series.x, (std::vector<double>{32, 128, 512, 2048, 8192}));
    for (const auto& name : members_of(report, series)) EXPECT_TRUE(name.starts_with("gpus=")) << name;
  }
  EXPECT_TRUE(report.key_sweeps.empty());
}

TEST(SweptSeries, AnAblationHasASeriesPerChange) {
  const Report report = build_report(
      {make_file({case_with("all-32", 32, "train.fused", "auto"), case_with("all-64", 64, "train.fused", "auto"),
                  case_with("all-128", 128, "train.fused", "auto"), case_with("none-32", 32, "train.fused", false),
                  case_with("none-64", 64, "train.fused", false), case_with("alone-256", 256, "train.fused", true)})});
  ASSERT_EQ(report.batch_series.size(), 2u);
  std::vector<Names> found{members_of(report, report.batch_series[0]), members_of(report, report.batch_series[1])};
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<Names>{{"all-32", "all-64", "all-128"}, {"none-32", "none-64"}}));
}

TEST(SweptSeries, ALearningRateMayFollowTheBatch) {
  const std::string key = "train.learning_rate";
  const Report report = build_report(
      {make_file({case_with("a", 32, key, 0.1), case_with("b", 64, key, 0.2), case_with("c", 128, key, 0.4)})});
  ASSERT_EQ(report.batch_series.size(), 1u);
  EXPECT_EQ(members_of(report, report.batch_series[0]), (Names{"a", "b", "c"}));
}

TEST(SweptSeries, TwoCasesAtOnePlaceAreTwoSeries) {
  const std::string key = "train.learning_rate";
  const Report report = build_report({make_file({case_with("a", 32, key, 0.1), case_with("b", 64, key, 0.1),
                                                 case_with("c", 32, key, 0.2), case_with("d", 64, key, 0.2)})});
  ASSERT_EQ(report.batch_series.size(), 2u);
  EXPECT_EQ(members_of(report, report.batch_series[0]), (Names{"a", "b"}));
  EXPECT_EQ(members_of(report, report.batch_series[1]), (Names{"c", "d"}));
}

TEST(SweptSeries, AKeyThatWasSweptIsAnAxis) {
  const Report report = build_report({SyntheticSweep().with_buckets_and_changes()});
  ASSERT_EQ(report.key_sweeps.size(), 1u);
  EXPECT_EQ(report.key_sweeps[0].key, "train.bucket_mebibytes");
  ASSERT_EQ(report.key_sweeps[0].series.size(), 2u);
  for (const auto& series : report.key_sweeps[0].series) EXPECT_EQ(series.x, (std::vector<double>{1, 4, 8, 25}));
}

TEST(SweptSeries, WhatMostAgreeInGoesUnsaid) {
  const Traits usual{{"gpus", "1"}, {"precision", "bf16"}, {"train.fused", "auto"}};
  Traits without = usual, half = usual;
  without["train.fused"] = "false";
  half["precision"] = "fp16";
  EXPECT_EQ(names_of({usual, without, half}), (Names{"", "no fused", "fp16"}));
  Traits more = usual;
  more["gpus"] = "2";
  EXPECT_EQ(names_of({usual, usual, more}), (Names{"1 rank", "1 rank", "2 ranks"}));
}

TEST(SweptSeries, AKeyThatSomeFilesLackGoesUnsaid) {
  const Traits measured{{"batch_size", "8"}, {"device", "CPU"}, {"train.fused", "auto"}, {"version of MPI", "4.1"}};
  const Traits published{{"batch_size", "8"}, {"device", "V100"}, {kPublishedTrait, "published"}};
  EXPECT_EQ(names_of({measured, published}), (Names{"CPU", "V100, published"}));
  Traits tuned = measured;
  tuned["NCCL_ALGO"] = "Ring";  // not set is a value of its own
  EXPECT_EQ(names_of({measured, tuned}), (Names{"", "NCCL_ALGO=Ring"}));
}

}  // namespace
}  // namespace scalemark::analysis
