#include "collectives/link_facts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/environment.h"
#include "core/host_name.h"
#include "measure/device.h"
#include "measure/gpu_links.h"

namespace scalemark {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GpuLinks, address, nvlink_peers, switch_nvlinks, pcie_generation, pcie_lanes)

}  // namespace scalemark

namespace scalemark::collectives {
namespace {

using Json = nlohmann::json;

// A list of one, or an empty one: this JSON knows no optional values.
template <typename Value>
Json listed(const std::optional<Value>& value) {
  return value ? Json::array({*value}) : Json::array();
}

template <typename Value>
std::optional<Value> from_list(const Json& list) {
  return list.empty() ? std::nullopt : std::optional(list.at(0).get<Value>());
}

/// Of all GPUs that the host's ranks use. Where a rank sees its own alone, it cannot tell.
std::optional<bool> peer_access(const at::Device& device, const monitor::ControlGroup& control) {
  const int used = control.node_size();
  if (measure::cuda_device_count() < used) return std::nullopt;
  return std::ranges::none_of(measure::gpus_out_of_reach(device.index()), [used](int other) { return other < used; });
}

/// Whether the environment has NCCL leave links unused that are there.
bool are_chosen_by_hand() {
  return std::ranges::any_of(std::array{"NCCL_P2P_DISABLE", "NCCL_P2P_LEVEL", "NCCL_SHM_DISABLE"},
                             [](const char* variable) { return process_environment(variable).has_value(); });
}

RankLinks own_links(const at::Device& device, const monitor::ControlGroup& control) {
  const auto gpu = measure::describe_device(device);
  return {host_name(),
          gpu.name,
          gpu.compute_capability,
          are_chosen_by_hand() ? std::nullopt : measure::gpu_links(gpu.uuid),
          peer_access(device, control),
          measure::network_links()};
}

std::string to_text(const RankLinks& rank) {
  std::optional<double> bytes_per_second;
  if (rank.network) bytes_per_second = rank.network->bytes_per_second;
  return Json{{"host", rank.host},
              {"gpu", rank.gpu},
              {"compute_capability", rank.compute_capability},
              {"links", listed(rank.links)},
              {"has_peer_access", listed(rank.has_peer_access)},
              {"network_bytes_per_second", listed(bytes_per_second)},
              {"network", rank.network ? rank.network->name : ""}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

RankLinks rank_links_of(const std::string& text) {
  const auto json = Json::parse(text);
  RankLinks rank{json.at("host").get<std::string>(), json.at("gpu").get<std::string>(),
                 json.at("compute_capability").get<int>()};
  rank.links = from_list<GpuLinks>(json.at("links"));
  rank.has_peer_access = from_list<bool>(json.at("has_peer_access"));
  if (const auto rate = from_list<double>(json.at("network_bytes_per_second")))
    rank.network = measure::NetworkLinks{*rate, json.at("network").get<std::string>()};
  return rank;
}

/// Where the host is in the list; it is added where it is not.
std::size_t place_of(const std::string& host, std::vector<std::string>& hosts) {
  const auto found = std::ranges::find(hosts, host);
  if (found != hosts.end()) return static_cast<std::size_t>(found - hosts.begin());
  hosts.push_back(host);
  return hosts.size() - 1;
}

void add_gpu(const RankLinks& rank, std::size_t host, LinkFacts& facts) {
  if (host == facts.hosts.size()) {
    facts.hosts.emplace_back(std::vector<GpuLinks>{});
    facts.ranks_of_hosts.push_back(0);
  }
  ++facts.ranks_of_hosts[host];
  auto& gpus = facts.hosts[host];
  if (!rank.links) gpus = std::nullopt;
  if (gpus) gpus->push_back(*rank.links);
}

}  // namespace

LinkFacts together(const std::vector<RankLinks>& ranks) {
  LinkFacts facts;
  if (ranks.empty()) return facts;
  const auto oldest = std::ranges::min_element(ranks, {}, &RankLinks::compute_capability);
  facts.gpu = oldest->gpu;
  facts.compute_capability = oldest->compute_capability;
  facts.has_peer_access = true;
  std::vector<std::string> hosts;
  for (const RankLinks& rank : ranks) {
    add_gpu(rank, place_of(rank.host, hosts), facts);
    // One that lacks it makes the others' answers worthless; one that cannot tell leaves it open.
    if (!rank.has_peer_access && facts.has_peer_access.value_or(false)) facts.has_peer_access = std::nullopt;
    if (rank.has_peer_access == false) facts.has_peer_access = false;
  }
  const auto rate = [](const RankLinks& rank) { return rank.network ? rank.network->bytes_per_second : 0; };
  const auto slowest = std::ranges::min_element(ranks, {}, rate);
  if (slowest->network) {
    facts.network_bytes_per_second = slowest->network->bytes_per_second;
    facts.network = slowest->network->name;
  }
  return facts;
}

LinkFacts link_facts(const at::Device& device, const monitor::ControlGroup& control) {
  if (!device.is_cuda()) return {};
  std::vector<RankLinks> ranks;
  for (const auto& text : control.gather(to_text(own_links(device, control)))) ranks.push_back(rank_links_of(text));
  return together(ranks);
}

}  // namespace scalemark::collectives
