#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <vector>

#include "core/mean_ratio.h"
#include "core/python_table.h"

namespace scalemark {
namespace {

using testing::read_values;

TEST(MeanRatioGrid, AgreesWithSciPy) {
  const testing::Pipe pipe = testing::table_of("mean_ratio_table.py");
  ASSERT_NE(pipe, nullptr);
  std::array<int, 2> sizes{};
  int rows = 0;
  while (std::fscanf(pipe.get(), "%d %d", &sizes[0], &sizes[1]) == 2) {
    const bool paired = sizes[1] == 0;
    const std::vector<double> numerator = read_values(pipe.get(), sizes[0]);
    const std::vector<double> denominator = read_values(pipe.get(), paired ? sizes[0] : sizes[1]);
    const std::vector<double> expected = read_values(pipe.get(), 4);
    const MeanRatio found =
        paired ? paired_mean_ratio(numerator, denominator) : unpaired_mean_ratio(numerator, denominator);
    EXPECT_NEAR(found.estimate / expected[0], 1.0, 1e-12);
    EXPECT_NEAR(found.interval().low / expected[1], 1.0, 1e-9);
    EXPECT_NEAR(found.interval().high / expected[2], 1.0, 1e-9);
    EXPECT_NEAR(found.p_value_against(1.0) / expected[3], 1.0, 1e-8);
    ++rows;
  }
  EXPECT_EQ(rows, 8 * 8 + 8);
}

}  // namespace
}  // namespace scalemark
