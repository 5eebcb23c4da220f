#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/environment.h"

namespace scalemark::measure {

/// What this host's network adapters give together, one way.
struct NetworkLinks {
  double bytes_per_second;
  std::string name;  ///< "InfiniBand of 2 x 100 Gbit/s", "Ethernet of 10 Gbit/s"
};

/// The adapters that NCCL would take: every InfiniBand (or RoCE) port that is up, else the fastest network interface.
/// NCCL_IB_DISABLE, NCCL_IB_HCA and NCCL_SOCKET_IFNAME choose others: where one of the latter two is set, nullopt.
/// @param system  /sys, or what stands for it in a test
std::optional<NetworkLinks> network_links(const std::filesystem::path& system = "/sys",
                                          const Environment& environment = process_environment);

}  // namespace scalemark::measure
