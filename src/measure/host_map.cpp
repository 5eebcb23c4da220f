#include "measure/host_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "core/quantity_text.h"
#include "measure/sysfs.h"

namespace scalemark::measure {
namespace {

namespace fs = std::filesystem;

constexpr int kMostCores = 1 << 16;  // of a list that a broken kernel gives

/// Nothing but digits behind the prefix: "node0", not "node_list".
std::optional<int> number_behind(const fs::path& entry, const std::string& prefix) {
  const std::string digits = entry.filename().string().substr(prefix.size());
  if (digits.empty() || digits.size() > 6 ||
      !std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c) != 0; }))
    return std::nullopt;
  return std::stoi(digits);
}

/// Of a device's folder, where that lies on a PCI bus.
std::optional<PciPlace> place_of(const fs::path& folder) {
  std::error_code error;
  const std::string real = fs::canonical(folder, error).string();
  const auto begin = real.find("/pci");
  if (error || begin == std::string::npos) return std::nullopt;
  PciPlace place{.path = real.substr(begin + 1), .numa_node = -1, .near_cores = {}};
  std::ifstream node(folder / "numa_node");
  if (!(node >> place.numa_node)) place.numa_node = -1;
  if (place.numa_node >= 0) place.near_cores = cores_in(sysfs_line(folder / "local_cpulist"));
  return place;
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path);
  for (std::string part; std::getline(stream, part, '/');) parts.push_back(part);
  return parts;
}

/// The different texts that the cores' files of this name hold.
std::set<std::string> of_all_cores(const fs::path& system, const std::string& name) {
  std::set<std::string> texts;
  for (const auto& core : sysfs_entries(system / "devices/system/cpu", "cpu")) {
    if (!number_behind(core, "cpu")) continue;
    if (std::string text = sysfs_line(core / name); !text.empty()) texts.insert(std::move(text));
  }
  return texts;
}

}  // namespace

// CUDA and NVML write domains of eight digits, the kernel of four and more.
std::optional<PciPlace> pci_place(const std::string& address, const fs::path& system) {
  unsigned int domain = 0, bus = 0, device = 0, function = 0;
  if (std::sscanf(address.c_str(), "%x:%x:%x.%x", &domain, &bus, &device, &function) != 4) return std::nullopt;
  return place_of(system / "bus/pci/devices" / fmt::format("{:04x}:{:02x}:{:02x}.{:x}", domain, bus, device, function));
}

std::string pci_relation(const PciPlace& one, const PciPlace& other) {
  const auto mine = parts_of(one.path), theirs = parts_of(other.path);
  const auto parted = std::mismatch(mine.begin(), mine.end(), theirs.begin(), theirs.end());
  if (parted.first == mine.begin()) return one.numa_node == other.numa_node && one.numa_node >= 0 ? "NODE" : "SYS";
  if (parted.first == mine.begin() + 1) return "PHB";
  // Below the ports of one switch there is the device alone, or a bridge and the device.
  constexpr std::ptrdiff_t kWithinSwitch = 2;
  const auto below = std::max(std::distance(parted.first, mine.end()), std::distance(parted.second, theirs.end()));
  return below <= kWithinSwitch ? "PIX" : "PXB";
}

std::vector<NetworkAdapter> network_adapters(const fs::path& system) {
  std::vector<NetworkAdapter> adapters;
  for (const char* kind : {"class/infiniband", "class/net"}) {
    for (const auto& entry : sysfs_entries(system / kind)) {
      auto place = place_of(entry / "device");
      const auto is_same = [&](const NetworkAdapter& known) { return place && known.place.path == place->path; };
      if (!place || std::ranges::any_of(adapters, is_same)) continue;
      adapters.push_back({entry.filename().string(), *std::move(place)});
    }
  }
  return adapters;
}

std::string host_shape(const fs::path& system) {
  const std::size_t packages = of_all_cores(system, "topology/physical_package_id").size();
  std::size_t nodes = 0;
  for (const auto& node : sysfs_entries(system / "devices/system/node", "node"))
    nodes += number_behind(node, "node") ? 1 : 0;
  const std::size_t caches = of_all_cores(system, "cache/index3/shared_cpu_list").size();
  std::vector<std::string> parts;
  if (packages > 0) parts.push_back(counted(packages, "package"));
  if (nodes > 0) parts.push_back(counted(nodes, "NUMA node"));
  if (caches > 0) parts.push_back(counted(caches, "L3 cache"));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<int> numa_nodes_of(const std::vector<int>& cores, const fs::path& system) {
  std::set<int> nodes;
  for (const auto& entry : sysfs_entries(system / "devices/system/node", "node")) {
    const auto node = number_behind(entry, "node");
    if (!node) continue;
    for (const int core : cores_in(sysfs_line(entry / "cpulist"))) {
      if (std::ranges::find(cores, core) != cores.end()) nodes.insert(*node);
    }
  }
  return {nodes.begin(), nodes.end()};
}

std::vector<int> allowed_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  return cores;
}

std::vector<int> cores_in(const std::string& list) {
  std::vector<int> cores;
  std::istringstream stream(list);
  for (int first = 0; stream >> first;) {
    int last = first;
    if (stream.peek() == '-') stream.ignore() >> last;
    for (int core = first; core <= last && core < kMostCores; ++core) cores.push_back(core);
    if (stream.peek() == ',') stream.ignore();
  }
  return cores;
}

std::string core_list(const std::vector<int>& cores) {
  std::vector<std::string> ranges;
  for (std::size_t begin = 0; begin < cores.size();) {
    std::size_t end = begin + 1;
    while (end < cores.size() && cores[end] == cores[end - 1] + 1) ++end;
    ranges.push_back(end - begin == 1 ? fmt::format("{}", cores[begin])
                                      : fmt::format("{}-{}", cores[begin], cores[end - 1]));
    begin = end;
  }
  return fmt::format("{}", fmt::join(ranges, ","));
}

}  // namespace scalemark::measure
