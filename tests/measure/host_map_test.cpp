#include "measure/host_map.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "temporary_folder.h"

namespace scalemark::measure {
namespace {

namespace fs = std::filesystem;

/// Two NUMA nodes of four cores: two GPUs and an adapter below one switch, a GPU below a root port of its own, one on
/// the other node.
class HostMap : public ::testing::Test {
 protected:
  HostMap() {
    device("pci0000:00/0000:00:01.0/0000:10:00.0/0000:11:00.0/0000:12:00.0", 0);
    device("pci0000:00/0000:00:01.0/0000:10:00.0/0000:11:01.0/0000:13:00.0", 0);
    device("pci0000:00/0000:00:01.0/0000:10:00.0/0000:11:02.0/0000:14:00.0", 0);
    device("pci0000:00/0000:00:02.0/0000:20:00.0", 0);
    device("pci0000:80/0000:80:01.0/0000:90:00.0", 1);
    link("class/infiniband/mlx5_0/device", "pci0000:00/0000:00:01.0/0000:10:00.0/0000:11:02.0/0000:14:00.0");
    link("class/net/ib0/device", "pci0000:00/0000:00:01.0/0000:10:00.0/0000:11:02.0/0000:14:00.0");
    put("class/net/lo/operstate", "up");
    for (int core = 0; core < 8; ++core) {
      const fs::path folder = "devices/system/cpu/cpu" + std::to_string(core);
      put(folder / "topology/physical_package_id", core < 4 ? "0" : "1");
      put(folder / "cache/index3/shared_cpu_list", core < 4 ? (core < 2 ? "0-1" : "2-3") : "4-7");
    }
    put("devices/system/cpu/cpufreq/x", "none of the cores");
    put("devices/system/node/node0/cpulist", "0-3");
    put("devices/system/node/node1/cpulist", "4-7");
  }

  PciPlace place(const std::string& address) const {
    const auto found = pci_place(address, system_.path());
    EXPECT_TRUE(found) << address;
    return found.value_or(PciPlace{});
  }
  std::string relation(const std::string& one, const std::string& other) const {
    return pci_relation(place(one), place(other));
  }
  const fs::path& system() const { return system_.path(); }

 private:
  void put(const fs::path& file, const std::string& line) {
    fs::create_directories((system() / file).parent_path());
    std::ofstream(system() / file) << line << '\n';
  }
  void link(const fs::path& from, const fs::path& device) {
    fs::create_directories((system() / from).parent_path());
    fs::create_directory_symlink(system() / "devices" / device, system() / from);
  }
  void device(const fs::path& path, int node) {
    put("devices" / path / "numa_node", std::to_string(node));
    put("devices" / path / "local_cpulist", node == 0 ? "0-3" : "4-7");
    link("bus/pci/devices" / path.filename(), path);
  }
  TemporaryFolder system_;
};

TEST_F(HostMap, ADeviceIsFoundByTheAddressesOfCudaAndOfTheKernel) {
  EXPECT_EQ(place("00000000:12:00.0").path, "pci0000:00/0000:00:01.0/0000:10:00.0/0000:11:00.0/0000:12:00.0");
  EXPECT_EQ(place("0000:90:00.0").numa_node, 1);
  EXPECT_EQ(place("0000:90:00.0").near_cores, (std::vector<int>{4, 5, 6, 7}));
  EXPECT_FALSE(pci_place("0000:99:00.0", system()));
  EXPECT_FALSE(pci_place("../../x", system()));
}

// nvidia-smi's manual says what each word stands for.
TEST_F(HostMap, WhatIsBetweenTwoDevicesIsCalledAsNvidiaSmiCallsIt) {
  EXPECT_EQ(relation("0000:12:00.0", "0000:13:00.0"), "PIX");
  EXPECT_EQ(relation("0000:12:00.0", "0000:20:00.0"), "PHB");
  EXPECT_EQ(relation("0000:12:00.0", "0000:90:00.0"), "SYS");
  const PciPlace near{"pci0000:00/0000:00:01.0/a", 0, {}}, other_bridge{"pci0000:40/0000:40:01.0/b", 0, {}};
  EXPECT_EQ(pci_relation(near, other_bridge), "NODE");
  const PciPlace one{"pci0000:00/root/up/down1/up1/down11/a", 0, {}},
      two{"pci0000:00/root/up/down2/up2/down21/b", 0, {}};
  EXPECT_EQ(pci_relation(one, two), "PXB");
  const PciPlace unknown{"pci0000:40/b", -1, {}}, unknown_too{"pci0000:00/a", -1, {}};
  EXPECT_EQ(pci_relation(unknown, unknown_too), "SYS");
}

TEST_F(HostMap, AnAdapterWithTwoNamesIsOne) {
  const auto adapters = network_adapters(system());
  ASSERT_EQ(adapters.size(), 1U);
  EXPECT_EQ(adapters[0].name, "mlx5_0");
  EXPECT_EQ(adapters[0].place.numa_node, 0);
}

TEST_F(HostMap, TheHostsShapeAndTheCoresNodes) {
  EXPECT_EQ(host_shape(system()), "2 packages, 2 NUMA nodes, 3 L3 caches");
  EXPECT_EQ(host_shape(system() / "nothing"), "");
  EXPECT_EQ(numa_nodes_of({2, 3}, system()), (std::vector<int>{0}));
  EXPECT_EQ(numa_nodes_of({3, 4}, system()), (std::vector<int>{0, 1}));
}

TEST(CoreLists, AreReadAndWritten) {
  for (const char* list : {"0-3,8", "5", "0,2,4-5", ""}) EXPECT_EQ(core_list(cores_in(list)), list);
  EXPECT_TRUE(cores_in("none").empty());
  EXPECT_LT(cores_in("0-999999999").size(), 100000U);
}

}  // namespace
}  // namespace scalemark::measure
