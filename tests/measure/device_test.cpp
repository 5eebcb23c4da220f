#include "measure/device.h"

#include <gtest/gtest.h>

namespace scalemark::measure {
namespace {

TEST(GpuOfRank, IsThatOfItsNumberOrTheOnlyOne) {
  EXPECT_EQ(gpu_of_rank(0, 4), 0);
  EXPECT_EQ(gpu_of_rank(3, 4), 3);
  EXPECT_EQ(gpu_of_rank(3, 1), 0) << "a task of its own GPU, as its first";
  EXPECT_EQ(gpu_of_rank(2, 2), std::nullopt);
  EXPECT_EQ(gpu_of_rank(0, 0), std::nullopt);
}

}  // namespace
}  // namespace scalemark::measure
