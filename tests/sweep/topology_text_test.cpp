#include "sweep/topology_text.h"

#include <gtest/gtest.h>

namespace scalemark::sweep {
namespace {

RankPlace rank_with_gpu(int index) {
  RankPlace place{.host = "gv01"};
  place.cores = index < 2 ? std::vector<int>{0, 1, 2} : std::vector<int>{8, 9, 10};
  place.numa_nodes = {index / 2};
  place.host_shape = "2 packages, 2 NUMA nodes";
  place.adapters = {{"mlx5_0", {"pci0000:00/0000:00:01.0/0000:14:00.0", 0, {0, 1, 2, 3}}}};
  const std::string bus = index < 2 ? "pci0000:00/0000:00:01.0/" : "pci0000:80/0000:80:01.0/";
  place.gpu = measure::PciPlace{bus + "gpu" + std::to_string(index), index / 2,
                                index < 2 ? std::vector<int>{0, 1, 2, 3} : std::vector<int>{8, 9, 10, 11}};
  place.links = GpuLinks{.address = "gpu" + std::to_string(index)};
  return place;
}

TEST(TopologyText, HasTheMatrixOfNvidiaSmi) {
  std::vector<RankPlace> ranks{rank_with_gpu(0), rank_with_gpu(1), rank_with_gpu(2)};
  ranks[0].links->nvlink_peers = {"gpu1", "gpu1"};
  ranks[1].links->nvlink_peers = {"gpu0", "gpu0"};
  for (RankPlace& rank : ranks) rank = rank_place_of(to_text(rank));
  EXPECT_EQ(topology_text(ranks),
            "3 ranks on 1 hosts\n"
            "gv01: 3 ranks; 2 packages, 2 NUMA nodes\n"
            "  ranks 0, 1: cores 0-2 of NUMA node 0\n"
            "  rank 2: cores 8-10 of NUMA node 1\n"
            "            GPU of 0  GPU of 1  GPU of 2  mlx5_0  near cores  NUMA node\n"
            "  GPU of 0  X         NV2       SYS       PIX     0-3         0\n"
            "  GPU of 1  NV2       X         SYS       PIX     0-3         0\n"
            "  GPU of 2  SYS       SYS       X         SYS     8-11        1");
}

TEST(TopologyText, ThroughSwitchesEachGpuReachesEachOther) {
  std::vector<RankPlace> ranks{rank_with_gpu(0), rank_with_gpu(2)};
  for (RankPlace& rank : ranks) rank.links->switch_nvlinks = 18;
  EXPECT_NE(topology_text(ranks).find("GPU of 0  X         NV18"), std::string::npos);
}

TEST(TopologyText, WithoutAGpuItHasCoresAndAdapters) {
  RankPlace one{.host = "a"}, other{.host = "b"};
  one.cores = other.cores = {0, 1};
  one.adapters = {{"eth0", {"pci0000:00/x", -1, {}}}};
  EXPECT_EQ(topology_text({rank_place_of(to_text(one)), other}),
            "2 ranks on 2 hosts\n"
            "a: 1 ranks\n"
            "  rank 0: cores 0-1\n"
            "  network adapters: eth0\n"
            "b: 1 ranks\n"
            "  rank 1: cores 0-1");
}

}  // namespace
}  // namespace scalemark::sweep
