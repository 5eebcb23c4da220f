#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "core/python_table.h"
#include "core/statistics.h"

namespace scalemark {
namespace {

TEST(StudentTGrid, AgreesWithSciPyOverAllDegreesOfFreedom) {
  const testing::Pipe pipe = testing::table_of("student_t_table.py");
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
