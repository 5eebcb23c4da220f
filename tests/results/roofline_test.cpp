#include "results/roofline.h"

#include <gtest/gtest.h>

#include <cmath>

namespace scalemark::results {
namespace {

/// Two devices at 500 images/s each, of 2 Gflop and 40 MB.
CaseRecord fast_case() {
  CaseRecord record;
  record.row.images_per_second = 1000;
  record.row.devices = 2;
  record.execution.flops_per_image = 2e9;
  record.execution.bytes_per_image = 40e6;
  record.execution.peak_flops_per_second = 4e12;
  record.execution.peak_bytes_per_second = 25e9;
  return record;
}

TEST(Roofline, ReachedIsOfOneDevice) {
  EXPECT_DOUBLE_EQ(achieved_flops_per_second(fast_case()), 1e12);
  EXPECT_DOUBLE_EQ(achieved_bytes_per_second(fast_case()), 20e9);
  EXPECT_DOUBLE_EQ(model_flops_utilization(fast_case()), 0.25);
}

TEST(Roofline, UtilizationIsOfWhatTheDeviceSustains) {
  CaseRecord record = fast_case();
  record.execution.sustained_flops_per_second = 2e12;
  EXPECT_DOUBLE_EQ(model_flops_utilization(record), 0.5);
}

TEST(Roofline, TheNearerLimitCounts) {
  CaseRecord record = fast_case();
  EXPECT_DOUBLE_EQ(roofline_fraction(record), 0.8) << "memory";
  record.execution.peak_flops_per_second = 1.25e12;
  EXPECT_DOUBLE_EQ(roofline_fraction(record), 0.8) << "either";
  record.execution.peak_flops_per_second = 1e12;
  EXPECT_DOUBLE_EQ(roofline_fraction(record), 1.0) << "products";
}

TEST(Roofline, IsUnknownWhereALimitIs) {
  for (const auto unknown : {&Execution::flops_per_image, &Execution::bytes_per_image,
                             &Execution::peak_flops_per_second, &Execution::peak_bytes_per_second}) {
    CaseRecord record = fast_case();
    record.execution.*unknown = kNotMeasured;
    EXPECT_TRUE(std::isnan(roofline_fraction(record)));
  }
}

}  // namespace
}  // namespace scalemark::results
