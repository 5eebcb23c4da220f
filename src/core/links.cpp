#include "core/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace scalemark {
namespace {

constexpr double kGigabyte = 1e9;

// Bytes per second of one NVLink in one direction, as NCCL counts them (its src/graph/topo.h): what is left of the
// line rate after the packets' headers. 18 links of an H100 give 370 GB/s of 450 (NVIDIA/nccl-tests issue 212).
struct NvlinkRate {
  int capability_from;
  double bytes_per_second;
};
constexpr std::array<NvlinkRate, 7> kNvlinkRates{{{100, 40.1 * kGigabyte},
                                                  {90, 20.6 * kGigabyte},
                                                  {87, 20.0 * kGigabyte},
                                                  {86, 12.0 * kGigabyte},
                                                  {80, 20.0 * kGigabyte},
                                                  {70, 20.0 * kGigabyte},
                                                  {60, 18.0 * kGigabyte}}};

// Bytes per second of one lane of PCIe in one direction, from generation 1 on (NCCL's src/graph/topo.cc): 12 GB/s for
// 16 lanes of the third.
constexpr std::array kPcieLaneRates{0.1875 * kGigabyte, 0.375 * kGigabyte, 0.75 * kGigabyte,
                                    1.5 * kGigabyte,    3.0 * kGigabyte,   6.0 * kGigabyte};

// Without peer access a byte is written to the host's memory and read from there. Four GPUs on 16 lanes of generation
// 4, 24 GB/s, reached 18 so and 22 with peer access (NVIDIA/nccl issue 1603).
constexpr double kShareThroughHost = 0.75;

constexpr std::size_t kMostGpus = 16;

ExpectedBandwidth unknown(std::string why) { return {kNaN, std::move(why)}; }

std::optional<double> nvlink_rate(int capability) {
  const auto* const row =
      std::ranges::find_if(kNvlinkRates, [&](const NvlinkRate& rate) { return capability >= rate.capability_from; });
  if (row == kNvlinkRates.end()) return std::nullopt;
  return row->bytes_per_second;
}

int links_between(const GpuLinks& one, const GpuLinks& other) {
  return static_cast<int>(std::ranges::count(one.nvlink_peers, other.address));
}

/// NVLinks between the GPUs whose bit is set and the others. A switch stands on the side that has more links to it.
int crossing(const std::vector<GpuLinks>& gpus, std::size_t side) {
  const auto is_inside = [side](std::size_t gpu) { return (side >> gpu & 1U) != 0; };
  int direct = 0;
  std::array<int, 2> to_switches{};
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    to_switches.at(is_inside(i) ? 1 : 0) += gpus[i].switch_nvlinks;
    for (std::size_t j = 0; j < gpus.size(); ++j)
      if (is_inside(i) && !is_inside(j)) direct += links_between(gpus[i], gpus[j]);
  }
  return direct + std::min(to_switches[0], to_switches[1]);
}

ExpectedBandwidth over_pcie(const LinkFacts& facts, const std::vector<GpuLinks>& gpus) {
  const auto lane_rate = [](const GpuLinks& gpu) {
    const bool known = gpu.pcie_generation >= 1 && gpu.pcie_generation <= static_cast<int>(kPcieLaneRates.size());
    return known ? kPcieLaneRates.at(static_cast<std::size_t>(gpu.pcie_generation - 1)) * gpu.pcie_lanes : 0;
  };
  const auto& slowest = *std::ranges::min_element(gpus, {}, lane_rate);
  if (lane_rate(slowest) == 0) return unknown("the GPUs' PCIe links are not known");
  if (!facts.has_peer_access) return unknown("whether the GPUs reach each other's memory is not known");
  const std::string link = fmt::format("PCIe {} x{}", slowest.pcie_generation, slowest.pcie_lanes);
  if (*facts.has_peer_access) return {lane_rate(slowest), link};
  return {lane_rate(slowest) * kShareThroughHost, link + " through the host's memory"};
}

ExpectedBandwidth inside_host(const LinkFacts& facts, const std::optional<std::vector<GpuLinks>>& gpus) {
  if (!gpus || gpus->empty()) return unknown("the links between the GPUs are not known");
  const std::optional<int> nvlinks = joining_nvlinks(*gpus);
  if (!nvlinks) return unknown(fmt::format("links between more than {} GPUs of a host are not counted", kMostGpus));
  if (*nvlinks == 0) return over_pcie(facts, *gpus);
  const auto rate = nvlink_rate(facts.compute_capability);
  if (!rate) return unknown(fmt::format("what an NVLink of a {} gives is not known", facts.gpu));
  return {*nvlinks * *rate, fmt::format("{} NVLink{} of a {}", *nvlinks, *nvlinks == 1 ? "" : "s", facts.gpu)};
}

ExpectedBandwidth slower(const ExpectedBandwidth& one, const ExpectedBandwidth& other) {
  // What is not known may be the slower.
  if (std::isnan(one.bytes_per_second)) return one;
  if (std::isnan(other.bytes_per_second)) return other;
  return other.bytes_per_second < one.bytes_per_second ? other : one;
}

}  // namespace

std::optional<int> joining_nvlinks(const std::vector<GpuLinks>& gpus) {
  if (gpus.size() < 2) return 0;
  if (gpus.size() > kMostGpus) return std::nullopt;
  // The last GPU stays outside: each way of parting them is met once.
  int fewest = crossing(gpus, 1);
  for (std::size_t side = 2; side < std::size_t{1} << (gpus.size() - 1); ++side)
    fewest = std::min(fewest, crossing(gpus, side));
  return fewest;
}

ExpectedBandwidth expected_bus_bandwidth(const LinkFacts& facts) {
  if (std::accumulate(facts.ranks_of_hosts.begin(), facts.ranks_of_hosts.end(), 0) < 2)
    return unknown("one rank sends nothing");
  std::optional<ExpectedBandwidth> slowest;
  const auto take = [&](const ExpectedBandwidth& link) { slowest = slowest ? slower(*slowest, link) : link; };
  if (facts.ranks_of_hosts.size() > 1) {
    take(facts.network_bytes_per_second ? ExpectedBandwidth{*facts.network_bytes_per_second, facts.network}
                                        : unknown("the network between the hosts is not known"));
  }
  for (std::size_t host = 0; host < facts.ranks_of_hosts.size(); ++host) {
    if (facts.ranks_of_hosts[host] > 1)
      take(inside_host(facts, host < facts.hosts.size() ? facts.hosts[host] : std::nullopt));
  }
  return *slowest;
}

}  // namespace scalemark
