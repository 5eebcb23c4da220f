#include "core/links.h"

#include <gtest/gtest.h>

#include <cmath>

namespace scalemark {
namespace {

constexpr double kGigabyte = 1e9;

/// GPUs of one host; `links[i][j]` NVLinks lead from GPU i to GPU j. On 16 lanes of PCIe's third generation.
std::vector<GpuLinks> gpus(const std::vector<std::vector<int>>& links) {
  std::vector<GpuLinks> found;
  for (std::size_t i = 0; i < links.size(); ++i) {
    GpuLinks gpu{.address = std::to_string(i), .pcie_generation = 3, .pcie_lanes = 16};
    for (std::size_t j = 0; j < links.size(); ++j)
      gpu.nvlink_peers.insert(gpu.nvlink_peers.end(), links[i][j], std::to_string(j));
    found.push_back(gpu);
  }
  return found;
}

/// Four V100 of a DGX-1: `nvidia-smi topo -m` shows NV1, NV1, NV2 from GPU 0 to 1, 2, 3.
std::vector<GpuLinks> quad_of_dgx_1() { return gpus({{0, 1, 1, 2}, {1, 0, 2, 1}, {1, 2, 0, 1}, {2, 1, 1, 0}}); }

/// Two pairs, each with a bridge: no NVLink leads from one pair to the other.
std::vector<GpuLinks> bridged_pairs() { return gpus({{0, 2, 0, 0}, {2, 0, 0, 0}, {0, 0, 0, 2}, {0, 0, 2, 0}}); }

LinkFacts on_one_host(const std::string& gpu, int capability, const std::vector<GpuLinks>& links) {
  return {.gpu = gpu,
          .compute_capability = capability,
          .ranks_of_hosts = {static_cast<int>(links.size())},
          .hosts = {links},
          .has_peer_access = true,
          .network_bytes_per_second = std::nullopt,
          .network = ""};
}

TEST(JoiningNvlinks, AreTheFewestAcrossAnyCut) {
  EXPECT_EQ(joining_nvlinks(quad_of_dgx_1()), 4);
  // NVIDIA/nccl issue 713: four V100, two links between each two: NCCL makes six rings.
  EXPECT_EQ(joining_nvlinks(gpus({{0, 2, 2, 2}, {2, 0, 2, 2}, {2, 2, 0, 2}, {2, 2, 2, 0}})), 6);
  EXPECT_EQ(joining_nvlinks(bridged_pairs()), 0) << "two islands";
  // A row of three: what the ends lack, the one in the middle cannot make up for.
  EXPECT_EQ(joining_nvlinks(gpus({{0, 3, 0}, {3, 0, 1}, {0, 1, 0}})), 1);
  EXPECT_EQ(joining_nvlinks(gpus({{0}})), 0);
}

TEST(JoiningNvlinks, OfASwitchAreThoseOfTheGpuWithTheFewest) {
  const std::vector<GpuLinks> through_switches{{.address = "a", .switch_nvlinks = 18},
                                               {.address = "b", .switch_nvlinks = 18},
                                               {.address = "c", .switch_nvlinks = 12}};
  EXPECT_EQ(joining_nvlinks(through_switches), 12);
}

TEST(ExpectedBusBandwidth, OfNvlinks) {
  const auto expected = expected_bus_bandwidth(on_one_host("Tesla V100-SXM2-16GB", 70, quad_of_dgx_1()));
  EXPECT_DOUBLE_EQ(expected.bytes_per_second, 80 * kGigabyte);
  EXPECT_EQ(expected.source, "4 NVLinks of a Tesla V100-SXM2-16GB");
  // NVIDIA/nccl-tests issue 212: 370 GB/s with rings.
  std::vector<GpuLinks> h100(8, {.address = "", .switch_nvlinks = 18});
  for (std::size_t i = 0; i < h100.size(); ++i) h100[i].address = std::to_string(i);
  EXPECT_NEAR(expected_bus_bandwidth(on_one_host("H100", 90, h100)).bytes_per_second, 370 * kGigabyte, 2 * kGigabyte);
}

TEST(ExpectedBusBandwidth, OfPcieWhereNvlinksDoNotJoinThem) {
  auto facts = on_one_host("Quadro RTX 5000", 75, bridged_pairs());
  EXPECT_DOUBLE_EQ(expected_bus_bandwidth(facts).bytes_per_second, 12 * kGigabyte);
  EXPECT_EQ(expected_bus_bandwidth(facts).source, "PCIe 3 x16");
  facts.has_peer_access = false;
  EXPECT_DOUBLE_EQ(expected_bus_bandwidth(facts).bytes_per_second, 9 * kGigabyte);
  EXPECT_EQ(expected_bus_bandwidth(facts).source, "PCIe 3 x16 through the host's memory");
  facts.hosts[0]->at(2).pcie_lanes = 8;
  EXPECT_DOUBLE_EQ(expected_bus_bandwidth(facts).bytes_per_second, 4.5 * kGigabyte) << "the slowest GPU";
}

TEST(ExpectedBusBandwidth, OfTheNetworkBetweenHosts) {
  auto facts = on_one_host("Tesla V100-SXM2-16GB", 70, quad_of_dgx_1());
  facts.ranks_of_hosts = {4, 4};
  facts.hosts.push_back(quad_of_dgx_1());
  EXPECT_TRUE(std::isnan(expected_bus_bandwidth(facts).bytes_per_second)) << "it may be the slower one";
  facts.network_bytes_per_second = 12 * kGigabyte;
  facts.network = "InfiniBand of 100 Gbit/s";
  EXPECT_DOUBLE_EQ(expected_bus_bandwidth(facts).bytes_per_second, 12 * kGigabyte);
  EXPECT_EQ(expected_bus_bandwidth(facts).source, "InfiniBand of 100 Gbit/s");
  facts.network_bytes_per_second = 192 * kGigabyte;
  EXPECT_EQ(expected_bus_bandwidth(facts).source, "4 NVLinks of a Tesla V100-SXM2-16GB");
  facts.ranks_of_hosts = {1, 1};
  EXPECT_DOUBLE_EQ(expected_bus_bandwidth(facts).bytes_per_second, 192 * kGigabyte) << "a rank alone on its host";
}

TEST(ExpectedBusBandwidth, OfWhatIsNotKnownIsNotMadeUp) {
  const auto why = [](const LinkFacts& facts) {
    const auto expected = expected_bus_bandwidth(facts);
    EXPECT_TRUE(std::isnan(expected.bytes_per_second));
    return expected.source;
  };
  auto facts = on_one_host("Quadro RTX 5000", 75, bridged_pairs());
  facts.has_peer_access = std::nullopt;
  EXPECT_EQ(why(facts), "whether the GPUs reach each other's memory is not known");
  facts.hosts[0]->at(1).pcie_generation = 0;
  EXPECT_EQ(why(facts), "the GPUs' PCIe links are not known");
  facts.hosts[0] = std::nullopt;
  EXPECT_EQ(why(facts), "the links between the GPUs are not known");
  facts.ranks_of_hosts = {1};
  EXPECT_EQ(why(facts), "one rank sends nothing");
  EXPECT_EQ(why(on_one_host("Tesla K80", 37, quad_of_dgx_1())), "what an NVLink of a Tesla K80 gives is not known");
}

}  // namespace
}  // namespace scalemark
