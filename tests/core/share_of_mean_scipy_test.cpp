#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "core/mean_ratio.h"
#include "core/python_table.h"
#include "core/share_of_mean.h"

namespace scalemark {
namespace {

using testing::read_values;

void expect_interval(std::FILE* pipe, const Interval& found) {
  const std::vector<double> expected = read_values(pipe, 3);
  EXPECT_NEAR(found.estimate, expected[0], 1e-12);
  EXPECT_NEAR(found.low, expected[1], 1e-9);
  EXPECT_NEAR(found.high, expected[2], 1e-9);
}

std::vector<double> combined(const std::vector<double>& a, const std::vector<double>& b, double factor) {
  std::vector<double> result;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) result.push_back(a[i] + factor * b[i]);
  return result;
}

TEST(ShareOfMeanGrid, AgreesWithSciPy) {
  const testing::Pipe pipe = testing::table_of("share_of_mean_table.py");
  ASSERT_NE(pipe, nullptr);
  std::array<int, 2> sizes{};
  int rows = 0;
  while (std::fscanf(pipe.get(), "%d %d", &sizes[0], &sizes[1]) == 2) {
    const std::vector<double> x = read_values(pipe.get(), sizes[0]);
    const std::vector<double> y = read_values(pipe.get(), sizes[1]);
    const std::vector<double> halves(x.size(), 0.5);
    expect_interval(pipe.get(), paired_mean_ratio(x, y).interval());
    expect_interval(pipe.get(), unpaired_mean_ratio(x, y).interval());
    expect_interval(pipe.get(), interval_of_share(combined(x, y, -1.0), x));
    expect_interval(pipe.get(), interval_of_share_independent(combined(x, halves, -1.0), y, x));
    ++rows;
  }
  EXPECT_EQ(rows, 7 * 7);
}

}  // namespace
}  // namespace scalemark
