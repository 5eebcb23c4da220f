#include "core/holm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/nan.h"

namespace scalemark {
namespace {

TEST(Holm, StepsDown) {
  // Sorted 0.01 0.02 0.03 0.04 times 4 3 2 1, each at least as large as the one before: 0.04 0.06 0.06 0.06.
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.03, 0.01, kNaN, 0.04, 0.02});
  EXPECT_DOUBLE_EQ(adjusted[1], 0.04);
  for (const std::size_t i : {0U, 3U, 4U}) EXPECT_DOUBLE_EQ(adjusted[i], 0.06);
  EXPECT_TRUE(std::isnan(adjusted[2]));
  EXPECT_EQ(holm_adjusted(std::vector<double>{0.7, 0.9}), (std::vector<double>{1.0, 1.0}));
  EXPECT_TRUE(holm_adjusted({}).empty());
}

}  // namespace
}  // namespace scalemark
