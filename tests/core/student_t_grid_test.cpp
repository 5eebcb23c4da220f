#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/statistics.h"
#include "source_tree.h"

namespace scalemark {
namespace {

struct PipeCloser {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

TEST(StudentTGrid, AgreesWithSciPyOverAllDegreesOfFreedom) {
  const char* python = std::getenv("SCALEMARK_PYTHON");
  ASSERT_NE(python, nullptr) << "the test is registered with SCALEMARK_PYTHON in its environment";
  const std::string command = std::string(python) + " " + source_tree() + "/tests/core/student_t_table.py";
  const std::unique_ptr<std::FILE, PipeCloser> pipe(popen(command.c_str(), "r"));
  ASSERT_NE(pipe, nullptr);
  double dof = 0;
  double p = 0;
  double expected = 0;
  int rows = 0;
  while (std::fscanf(pipe.get(), "%lf %lf %lf", &dof, &p, &expected) == 3) {
    EXPECT_NEAR(student_t_quantile(p, dof) / expected, 1.0, 1e-9) << "dof " << dof << " p " << p;
    ++rows;
  }
  EXPECT_EQ(rows, 200 * 12);
}

}  // namespace
}  // namespace scalemark
