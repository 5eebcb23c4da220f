#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "core/python_table.h"
#include "core/ratio_of_means.h"

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

TEST(RatioOfMeansGrid, AgreesWithSciPy) {
  const testing::Pipe pipe = testing::table_of("ratio_of_means_table.py");
  ASSERT_NE(pipe, nullptr);
  std::array<int, 2> sizes{};
  int rows = 0;
  while (std::fscanf(pipe.get(), "%d %d", &sizes[0], &sizes[1]) == 2) {
    const std::vector<double> x = read_values(pipe.get(), sizes[0]);
    const std::vector<double> y = read_values(pipe.get(), sizes[1]);
    const std::vector<double> halves(x.size(), 0.5);
    expect_interval(pipe.get(), interval_of_ratio_of_means(x, y));
    expect_interval(pipe.get(), interval_of_ratio_of_means_independent(x, y));
    expect_interval(pipe.get(), interval_of_share(combined(x, y, -1.0), x));
    expect_interval(pipe.get(), interval_of_share_independent(combined(x, halves, -1.0), y, x));
    ++rows;
  }
  EXPECT_EQ(rows, 7 * 7);
}

}  // namespace
}  // namespace scalemark
