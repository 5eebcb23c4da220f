#include "analysis/energy.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

struct OneCase {
  OneCase() {
    record.row.status = results::CaseStatus::kOk;
    one.row.step_mean_seconds = 0.5;
    record.arms["full"] = {.steps = 10, .ranks = 2, .seconds = {}};
    one.key = {"case", 2, 32, 64};
    one.record = &record;
  }

  results::CaseRecord record;
  MeasuredCase one;
};

TEST(Energy, IsThatOfAllGpusPerImage) {
  OneCase sample;
  // [repetition, rank]: 320, 330 and 310 J per step.
  sample.record.machine = {2, {}, {}, {}, {}, {160, 160, 170, 160, 150, 160}};
  const auto use = energy_use(sample.one);
  ASSERT_TRUE(use);
  EXPECT_DOUBLE_EQ(use->joules_per_image.estimate, 320.0 / 64);
  EXPECT_LT(use->joules_per_image.low, 310.0 / 64);
  EXPECT_GT(use->joules_per_image.high, 330.0 / 64);
  EXPECT_DOUBLE_EQ(use->joules_per_step, 320);
  EXPECT_DOUBLE_EQ(use->watts_per_gpu, 320);
}

TEST(Energy, LeavesOutARepetitionThatARankDidNotMeasure) {
  OneCase sample;
  sample.record.machine = {2, {}, {}, {}, {}, {160, std::nan(""), 64, 64}};
  const auto use = energy_use(sample.one);
  ASSERT_TRUE(use);
  EXPECT_DOUBLE_EQ(use->joules_per_image.estimate, 2);
}

TEST(Energy, IsWithheldWhereTheCounterHardlyMoved) {
  OneCase sample;
  sample.record.machine = {2, {}, {}, {}, {}, {160, 160}};
  sample.one.row.step_mean_seconds = 0.12;
  EXPECT_TRUE(energy_use(sample.one)->withheld.empty()) << "1.2 s";
  sample.one.row.step_mean_seconds = 0.08;
  const auto use = energy_use(sample.one);
  ASSERT_TRUE(use);
  EXPECT_TRUE(std::isnan(use->joules_per_image.estimate));
  EXPECT_TRUE(std::isnan(use->watts_per_gpu));
  const Table table = energy_section({*use}).table;
  ASSERT_EQ(table.remarks.size(), 1U);
  EXPECT_NE(table.remarks[0].text.find("800 ms of steps"), std::string::npos) << table.remarks[0].text;
}

TEST(Energy, IsNotMadeUpWhereThereIsNone) {
  OneCase sample;
  EXPECT_FALSE(energy_use(sample.one));
  sample.record.machine = {2, {}, {}, {}, {}, {std::nan(""), std::nan("")}};
  EXPECT_FALSE(energy_use(sample.one));
}

}  // namespace
}  // namespace scalemark::report
