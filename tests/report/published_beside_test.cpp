#include "analysis/published_beside.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "analysis/result_fixture.h"
#include "published/import_figures.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

const std::string kPublished =
    "# source: a paper\n"
    "label,model,ranks,batch_per_rank,step_seconds,epoch_seconds,load_seconds,peak_memory_bytes,images,device,case,"
    "reason\n"
    "baseline,resnet10,1,512,0.5,,,2000000000,1000,V100,paper-baseline,the text says otherwise\n"
    ",resnet10,2,8,,30,,,1000,V100,paper-2x8,\n"
    "loading,,1,,,,12,,,V100,,\n"
    "gone,resnet10,1,4,0.1,,,,1000,V100,paper-gone,\n";

std::vector<PublishedBeside> pairs_with(const std::vector<results::CaseRecord>& measured) {
  return build_report({make_file(measured), published::import_text("paper.csv", kPublished)}).published;
}

PublishedBeside pair_of(const std::vector<PublishedBeside>& pairs, const std::string& name, const std::string& figure) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const PublishedBeside& pair) {
    return pair.name.find(name) == 0 && pair.figure == figure;
  });
  if (found == pairs.end()) throw std::logic_error("no " + figure + " of " + name);
  return *found;
}

results::CaseRecord labelled(const std::string& label, std::int64_t batch, const std::vector<double>& medians) {
  auto record = make_case(label + "-case", 1, batch, medians);
  record.row.label = label;
  return record;
}

TEST(PublishedBeside, ALabelFindsItsCaseWhateverTheBatch) {
  const auto pairs = pairs_with({labelled("other", 512, {1.0, 1.0, 1.0}), labelled("baseline", 8, {0.2, 0.25, 0.3})});
  const auto step = pair_of(pairs, "baseline", "time per batch");
  EXPECT_DOUBLE_EQ(step.published, 0.5);
  EXPECT_EQ(step.published_device, "V100");
  EXPECT_DOUBLE_EQ(step.measured.estimate, 0.25);
  EXPECT_LT(step.measured.low, 0.25);
  EXPECT_GT(step.measured.high, 0.25);
  EXPECT_EQ(step.measured_device, "Some Processor");
  EXPECT_EQ(step.remark, "the text says otherwise; batch per rank 8, published 512");
  EXPECT_DOUBLE_EQ(pair_of(pairs, "baseline", "peak memory").measured.estimate, 1048576.0);
}

TEST(PublishedBeside, WithoutALabelModelDevicesAndBatchDecide) {
  const auto pairs = pairs_with({make_case("a", 1, 16, {1.0, 1.0}), make_case("b", 2, 8, {0.5, 0.5})});
  const auto epoch = pair_of(pairs, "paper-2x8", "epoch");
  EXPECT_EQ(epoch.measured_name, "b");
  EXPECT_DOUBLE_EQ(epoch.measured.estimate, 0.5 * 1000 / 16) << "what its steps amount to";
}

TEST(PublishedBeside, WithoutABatchLoadingIsThatOfAnEpoch) {
  auto measured = labelled("loading", 10, {1.0, 1.0});
  measured.row.load_seconds = 0.03;
  EXPECT_DOUBLE_EQ(pair_of(pairs_with({measured}), "loading", "loading per epoch").measured.estimate, 0.03 * 100);
}

TEST(PublishedBeside, ALargestBatchIsHeldAgainstASearchedOneOnly) {
  const auto paper = published::import_text("paper.csv",
                                            "# source: a paper\n"
                                            "label,ranks,batch_per_rank,max_batch,device\n"
                                            "largest,1,2048,true,V100\n");
  const auto pair_with = [&](const results::CaseRecord& measured) {
    return pair_of(build_report({make_file({measured}), paper}).published, "largest", "largest batch per rank");
  };
  results::CaseRecord searched = labelled("largest", 96, {1.0, 1.0});
  EXPECT_EQ(pair_with(searched).published, 2048);
  EXPECT_EQ(pair_with(searched).remark, "batch per rank 96, published 2048; the case did not measure it");
  searched.parameters.emplace_back("batch_step", std::int64_t{32});
  EXPECT_EQ(pair_with(searched).measured.estimate, 96);
}

TEST(PublishedBeside, WhatIsMissingSaysWhy) {
  auto skipped = labelled("gone", 4, {});
  skipped.row.status = results::CaseStatus::kSkipped;
  skipped.row.reason = "needs 2 ranks";
  const auto pairs = pairs_with({skipped, labelled("loading", 10, {1.0})});
  EXPECT_EQ(pair_of(pairs, "gone", "time per batch").remark, "skipped: needs 2 ranks");
  EXPECT_TRUE(std::isnan(pair_of(pairs, "gone", "time per batch").measured.estimate));
  EXPECT_EQ(pair_of(pairs, "baseline", "time per batch").remark,
            "the text says otherwise; no case of this report stands for it");
  EXPECT_EQ(pair_of(pairs, "loading", "loading per epoch").remark, "the case did not measure it");
}

TEST(PublishedBeside, TheTableIsThereOnlyWithPublishedFigures) {
  const auto has_table = [](const Report& report) {
    const auto sections = sections_of(report);
    return std::any_of(sections.begin(), sections.end(),
                       [](const Section& section) { return section.table.name == "published"; });
  };
  const auto measured = make_file({make_case("a", 1, 8, {1.0, 1.0})});
  EXPECT_FALSE(has_table(build_report({measured})));
  EXPECT_TRUE(has_table(build_report({measured, published::import_text("paper.csv", kPublished)})));
}

TEST(PublishedBeside, TheCsvHoldsNumbersWithoutUnitsAndThePageTexts) {
  const Table table = published_section(pairs_with({labelled("baseline", 8, {0.25, 0.25})})).table;
  const std::string csv = csv_text(table);
  EXPECT_EQ(csv.substr(0, csv.find("\r\n")),
            "published_case,figure,unit,published,published_device,measured,measured_low,measured_high,measured_device,"
            "measured_over_published,measured_case,remark");
  EXPECT_NE(csv.find(",time per batch,s,0.5,V100,0.25,"), std::string::npos) << csv;
}

}  // namespace
}  // namespace scalemark::report
