#include "analysis/measured_epochs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/report.h"
#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

/// 1000 images by the epoch in steps of `step` seconds; the first of `epochs` pays for the start.
results::CaseRecord with_epochs(std::int32_t ranks, double step, const std::vector<double>& epochs) {
  auto record = make_case(ranks == 1 ? "alone" : "pair", ranks, 10, {step, step, step});
  record.epoch_seconds = epochs;
  results::summarize(record);
  return record;
}

const ScalingRow& row_of_pair(const std::vector<ScalingRow>& rows) {
  for (const auto& row : rows) {
    if (row.key.ranks == 2) return row;
  }
  throw std::runtime_error("no row");
}

TEST(MeasuredEpochs, AreWhatTheSpeedUpOfAnEpochIs) {
  // By the steps 2 x 1.0 / 1.9 = 1.05; the epochs say 113 / 100.
  const Report report =
      build_report({make_file({with_epochs(1, 1.0, {140, 113, 112, 114}), with_epochs(2, 1.9, {150, 100, 101, 99})})});
  const ScalingRow& row = row_of_pair(report.fixed_data_set);
  EXPECT_TRUE(row.of_measured_epochs);
  EXPECT_NEAR(row.speedup.estimate, 1.13, 1e-12);
  EXPECT_LT(row.speedup.low, 1.13);
  EXPECT_GT(row.speedup.high, 1.13);
  EXPECT_NEAR(row.efficiency.estimate, 0.565, 1e-12);
  EXPECT_NEAR(row.seconds.estimate, 100, 1e-12);
  EXPECT_NEAR(row.baseline_seconds, 113, 1e-12);
  EXPECT_NEAR(row.images_per_second / row.baseline_images_per_second, 1.13, 1e-12);
  EXPECT_TRUE(contains(row.caveat, "over 3 measured epochs of the baseline and 3 of the case; an epoch")) << row.caveat;
  EXPECT_NEAR(row_of_pair(report.fixed_work).speedup.estimate, 2.0 / 1.9, 1e-12) << "of the steps";
}

TEST(MeasuredEpochs, OfOneSideAloneAreNotHeldAgainstAnEstimate) {
  const Report report = build_report({make_file({with_epochs(1, 1.0, {}), with_epochs(2, 1.9, {150, 100, 101})})});
  const ScalingRow& row = row_of_pair(report.fixed_data_set);
  EXPECT_FALSE(row.of_measured_epochs);
  EXPECT_NEAR(row.speedup.estimate, 2.0 / 1.9, 1e-12);
  EXPECT_NEAR(row.seconds.estimate, 1000.0 / 20 * 1.9, 1e-9);
  EXPECT_TRUE(contains(row.caveat, "the epochs are estimated")) << row.caveat;
}

TEST(MeasuredEpochs, WithoutTheFirstThereIsNone) {
  EXPECT_TRUE(later_epochs(with_epochs(1, 1.0, {140})).empty());
  EXPECT_EQ(later_epochs(with_epochs(1, 1.0, {140, 100})), std::vector<double>{100});
}

}  // namespace
}  // namespace scalemark::analysis
