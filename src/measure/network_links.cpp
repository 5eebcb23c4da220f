#include "measure/network_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "measure/sysfs.h"

namespace scalemark::measure {
namespace {

namespace fs = std::filesystem;

// NCCL counts 12 GB/s for 100 Gbit/s (its src/graph/topo.h).
constexpr double kBytesPerBit = 12.0 / 100.0;
constexpr double kGigabit = 1e9;
constexpr double kMegabitsPerGigabit = 1000;

/// The number that a file begins with; 0 where there is none.
double number_of(const fs::path& file) {
  std::ifstream stream(file);
  double number = 0;
  return stream >> number ? number : 0;
}

/// Gbit/s of each InfiniBand or RoCE port that is up: "4: ACTIVE", "100 Gb/sec (4X EDR)".
std::vector<double> infiniband_gigabits(const fs::path& system) {
  std::vector<double> ports;
  for (const auto& adapter : sysfs_entries(system / "class/infiniband")) {
    for (const auto& port : sysfs_entries(adapter / "ports")) {
      const double gigabits = number_of(port / "rate");
      if (sysfs_line(port / "state").ends_with("ACTIVE") && gigabits > 0) ports.push_back(gigabits);
    }
  }
  return ports;
}

/// Gbit/s of the fastest adapter that is hardware and up: `speed` is in Mbit/s, and -1 where it is not known.
double ethernet_gigabits(const fs::path& system) {
  double fastest = 0;
  for (const auto& interface : sysfs_entries(system / "class/net")) {
    std::error_code error;
    if (!fs::exists(interface / "device", error) || sysfs_line(interface / "operstate") != "up") continue;
    fastest = std::max(fastest, number_of(interface / "speed") / kMegabitsPerGigabit);
  }
  return fastest;
}

NetworkLinks together(const std::string& kind, double gigabits, std::size_t count) {
  const std::string times = count == 1 ? "" : fmt::format("{} x ", count);
  return {static_cast<double>(count) * gigabits * kGigabit * kBytesPerBit,
          fmt::format("{} of {}{:g} Gbit/s", kind, times, gigabits)};
}

}  // namespace

std::optional<NetworkLinks> network_links(const fs::path& system, const Environment& environment) {
  if (environment("NCCL_IB_HCA") || environment("NCCL_SOCKET_IFNAME")) return std::nullopt;
  const auto ports = infiniband_gigabits(system);
  if (!ports.empty() && environment("NCCL_IB_DISABLE").value_or("0") == "0")
    return together("InfiniBand", *std::ranges::min_element(ports), ports.size());
  const double gigabits = ethernet_gigabits(system);
  if (gigabits <= 0) return std::nullopt;
  return together("Ethernet", gigabits, 1);
}

}  // namespace scalemark::measure
