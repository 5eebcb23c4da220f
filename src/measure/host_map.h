#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace scalemark::measure {

/// Where a device is on its host's PCI buses, as the kernel tells.
struct PciPlace {
  std::string path;    ///< of the buses and bridges above it and itself, "pci0000:00/0000:00:01.0/0000:01:00.0"
  int numa_node = -1;  ///< -1: the kernel does not know
  std::vector<int> near_cores;  ///< those of that node; empty where it is not known
};

/// @param address  "0000:3B:00.0"
/// @param system   /sys, or what stands for it in a test
/// Returns nullopt where the kernel shows no such device, as in some virtual machines.
std::optional<PciPlace> pci_place(const std::string& address, const std::filesystem::path& system = "/sys");

/// What is between two devices of a host, in nvidia-smi's words: PIX (at most one PCIe switch), PXB (several), PHB (the
/// host bridge), NODE (several host bridges of a NUMA node), SYS (the connection between NUMA nodes).
std::string pci_relation(const PciPlace& one, const PciPlace& other);

struct NetworkAdapter {
  std::string name;  ///< "mlx5_0", "eth0"
  PciPlace place;
};

/// Those on a PCI bus: InfiniBand and RoCE, and other network interfaces; an adapter that is both has the former's
/// name.
std::vector<NetworkAdapter> network_adapters(const std::filesystem::path& system = "/sys");

/// "2 packages, 2 NUMA nodes, 4 caches of the last level"; without what the kernel does not say.
std::string host_shape(const std::filesystem::path& system = "/sys");

/// The NUMA nodes that the cores belong to, in order; empty where the kernel does not say.
std::vector<int> numa_nodes_of(const std::vector<int>& cores, const std::filesystem::path& system = "/sys");

/// The cores that this thread may run on.
std::vector<int> allowed_cores();

/// "0-3,8" as numbers; nothing behind what is none.
std::vector<int> cores_in(const std::string& list);

/// "0-3,8" of numbers in order.
std::string core_list(const std::vector<int>& cores);

}  // namespace scalemark::measure
