#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/nan.h"

namespace scalemark {

/// The links of one GPU, as its driver tells.
struct GpuLinks {
  std::string address;                      ///< on the PCI bus, the same text as in another GPU's `nvlink_peers`
  std::vector<std::string> nvlink_peers{};  ///< the GPU at the other end, once for each NVLink that is up
  int switch_nvlinks = 0;                   ///< NVLinks to NVSwitches, through which each GPU reaches each other one
  int pcie_generation = 0;                  ///< the most that GPU and slot can do together; 0: not known
  int pcie_lanes = 0;
};

/// What joins the GPUs of a group of ranks. What could not be found out is left as it is here.
struct LinkFacts {
  std::string gpu;                                          ///< "Tesla V100-SXM2-16GB"
  int compute_capability = 0;                               ///< of the oldest GPU, 70 for sm_70
  std::vector<int> ranks_of_hosts;                          ///< [host]
  std::vector<std::optional<std::vector<GpuLinks>>> hosts;  ///< [host] its ranks' GPUs
  std::optional<bool> has_peer_access;                      ///< each GPU reaches those of its host directly
  std::optional<double> network_bytes_per_second;           ///< one way, of the host with the slowest adapters
  std::string network;                                      ///< "InfiniBand of 100 Gbit/s"
};

struct ExpectedBandwidth {
  double bytes_per_second = kNaN;  ///< NaN: not known
  std::string source;              ///< "4 NVLinks of a Tesla V100-SXM2-16GB"; where it is not known, why
};

/// The fewest NVLinks that have to be crossed wherever the GPUs are parted in two: so many rings can pass through all
/// of them at once. 0 where NVLinks do not join them. nullopt beyond 16 GPUs of a host.
std::optional<int> joining_nvlinks(const std::vector<GpuLinks>& gpus);

/// The bus bandwidth that an all-reduce of large buffers can reach between these GPUs: that of the slowest link in the
/// way of its rings. Every number is one that NCCL itself counts with or one measured by others; links.cpp names them.
ExpectedBandwidth expected_bus_bandwidth(const LinkFacts& facts);

}  // namespace scalemark
