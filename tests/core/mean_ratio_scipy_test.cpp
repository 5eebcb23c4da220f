#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "core/mean_ratio.h"
#include "source_tree.h"

namespace scalemark {
namespace {

struct PipeCloser {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

std::vector<double> read_values(std::FILE* pipe, int count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) EXPECT_EQ(std::fscanf(pipe, "%lf", &value), 1);
  return values;
}

TEST(MeanRatioGrid, AgreesWithSciPy) {
  const char* python = std::getenv("SCALEMARK_PYTHON");
  ASSERT_NE(python, nullptr) << "the test is registered with SCALEMARK_PYTHON in its environment";
  const std::string command = std::string(python) + " " + source_tree() + "/tests/core/mean_ratio_table.py";
  const std::unique_ptr<std::FILE, PipeCloser> pipe(popen(command.c_str(), "r"));
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
