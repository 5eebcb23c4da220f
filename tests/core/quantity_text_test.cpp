#include "core/quantity_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace scalemark {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(IntervalText, SharesOneUnit) {
  EXPECT_EQ(to_text(Interval{0.0123, 0.0121, 0.0126}, Unit::kSeconds), "12.3 ms [12.1, 12.6]");
  EXPECT_EQ(to_text(Interval{0.934, 0.9214, 0.947}, Unit::kFraction), "93.4 % [92.1, 94.7]");
  EXPECT_EQ(to_text(Interval{1.868, 1.851, 1.889}, Unit::kRatio), "1.87 [1.85, 1.89]");
  EXPECT_EQ(to_text(Interval{-0.00001, -0.0025, 0.002}, Unit::kSeconds), "-0.01 ms [-2.50, 2.00]");
}

TEST(IntervalText, LeavesOutWhatWasNotMeasured) {
  EXPECT_EQ(to_text(Interval{0.0123, kNaN, kNaN}, Unit::kSeconds), "12.3 ms");
  EXPECT_EQ(to_text(Interval{110289.4, 999.0, 1234567.0}, Unit::kImagesPerSecond), "110,289 [999, 1,234,567]");
  EXPECT_EQ(to_text(999.0, Unit::kImagesPerSecond), "999");
  EXPECT_EQ(to_text(1000.0, Unit::kImagesPerSecond), "1,000");
  EXPECT_EQ(to_text(Interval{kNaN, kNaN, kNaN}, Unit::kSeconds), "\u2013");
  EXPECT_EQ(to_text(Interval{INFINITY, 1, 2}, Unit::kRatio), "\u2013");
}

TEST(NumberText, HasTheUnitThatFits) {
  EXPECT_EQ(to_text(1536.0, Unit::kBytes), "1.50 KiB");
  EXPECT_EQ(to_text(512.0, Unit::kBytes), "512 B");
  EXPECT_EQ(to_text(600.0, Unit::kSeconds), "10.0 min");
  EXPECT_EQ(to_text(2.5e9, Unit::kBytesPerSecond), "2.50 GB/s");
  EXPECT_EQ(to_text(25e6, Unit::kBytesPerSecond), "25.0 MB/s");
  EXPECT_EQ(to_text(400e3, Unit::kBytesPerSecond), "400 kB/s");
  EXPECT_EQ(to_text(3.3e12, Unit::kFlops), "3.30 TFLOP");
  EXPECT_EQ(to_text(5e6, Unit::kFlopsPerSecond), "0.01 GFLOP/s") << "the smallest unit";
  EXPECT_EQ(to_text(0.00636, Unit::kJoules), "6.36 mJ");
  EXPECT_EQ(to_text(1.0, Unit::kJoules), "1.00 J");
  EXPECT_EQ(to_text(696.4, Unit::kWatts), "696 W");
  EXPECT_EQ(to_text(1234.5, Unit::kImagesPerSecond), "1,234");
  EXPECT_EQ(to_text(2.30259, Unit::kNone), "2.3026");
  EXPECT_EQ(to_text(kNaN, Unit::kBytes), "\u2013");
}

}  // namespace
}  // namespace scalemark
