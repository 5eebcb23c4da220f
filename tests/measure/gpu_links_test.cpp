#include "measure/gpu_links.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace scalemark::measure {
namespace {

std::optional<GpuLinks> links_with(const char* nvlinks) {
  setenv("FAKE_NVML_NVLINKS", nvlinks, 1);
  auto links = gpu_links("GPU-1234");
  unsetenv("FAKE_NVML_NVLINKS");
  return links;
}

TEST(GpuLinksOfDriver, AreThoseThatAreUp) {
  const auto links = links_with("g-gssg");
  ASSERT_TRUE(links.has_value());
  EXPECT_EQ(links->address, "00000000:1a:00");
  EXPECT_EQ(links->nvlink_peers, std::vector<std::string>(3, "00000000:1c:00"));
  EXPECT_EQ(links->switch_nvlinks, 2);
  EXPECT_EQ(links->pcie_generation, 3);
  EXPECT_EQ(links->pcie_lanes, 16);
}

TEST(GpuLinksOfDriver, MayBeNone) {
  const auto links = links_with("");
  ASSERT_TRUE(links.has_value());
  EXPECT_TRUE(links->nvlink_peers.empty());
  EXPECT_EQ(links->pcie_lanes, 16);
}

TEST(GpuLinksOfDriver, AreUnknownWhereOneLeadsNobodyKnowsWhere) {
  EXPECT_FALSE(links_with("g?").has_value());
  EXPECT_FALSE(gpu_links("GPU-other").has_value());
}

}  // namespace
}  // namespace scalemark::measure
