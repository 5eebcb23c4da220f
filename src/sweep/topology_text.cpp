#include "sweep/topology_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "measure/gpu_links.h"

namespace scalemark::sweep {
namespace {

using nlohmann::json;

struct HostRank {
  std::size_t rank;
  const RankPlace* place;
};

json json_of(const measure::PciPlace& place) {
  return {{"path", place.path}, {"numa_node", place.numa_node}, {"near_cores", place.near_cores}};
}

measure::PciPlace place_from(const json& text) {
  return {text.at("path"), text.at("numa_node"), text.at("near_cores").get<std::vector<int>>()};
}

json json_of(const GpuLinks& links) {
  return {{"address", links.address}, {"nvlink_peers", links.nvlink_peers}, {"switch_nvlinks", links.switch_nvlinks}};
}

GpuLinks links_from(const json& text) {
  GpuLinks links;
  links.address = text.at("address");
  links.nvlink_peers = text.at("nvlink_peers").get<std::vector<std::string>>();
  links.switch_nvlinks = text.at("switch_nvlinks");
  return links;
}

/// "NV4" where NVLinks join them: straight, or through switches as many as the one with fewer has.
std::string between_gpus(const RankPlace& one, const RankPlace& other) {
  if (one.links && other.links) {
    const auto straight = std::ranges::count(one.links->nvlink_peers, other.links->address);
    const auto links = straight + std::min(one.links->switch_nvlinks, other.links->switch_nvlinks);
    if (links > 0) return fmt::format("NV{}", links);
  }
  return one.gpu->path == other.gpu->path ? "same" : measure::pci_relation(*one.gpu, *other.gpu);
}

using Cells = std::vector<std::string>;

std::string padded(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "\n ";
    for (std::size_t i = 0; i < row.size(); ++i)
      fmt::format_to(std::back_inserter(line), " {:<{}}", row[i], widths[i] + 1);
    text += line.substr(0, line.find_last_not_of(' ') + 1);
  }
  return text;
}

std::string matrix_text(const std::vector<HostRank>& ranks) {
  const auto& adapters = ranks.front().place->adapters;
  Cells head{""};
  for (const auto& one : ranks) head.push_back(fmt::format("GPU of {}", one.rank));
  for (const auto& adapter : adapters) head.push_back(adapter.name);
  head.insert(head.end(), {"near cores", "NUMA node"});
  std::vector<Cells> rows{head};
  rows.reserve(ranks.size() + 1);
  for (const auto& [rank, place] : ranks) {
    Cells row{fmt::format("GPU of {}", rank)};
    for (const auto& other : ranks) row.push_back(other.rank == rank ? "X" : between_gpus(*place, *other.place));
    for (const auto& adapter : adapters) row.push_back(measure::pci_relation(*place->gpu, adapter.place));
    row.push_back(measure::core_list(place->gpu->near_cores));
    row.push_back(place->gpu->numa_node < 0 ? "?" : std::to_string(place->gpu->numa_node));
    rows.push_back(std::move(row));
  }
  return padded(rows);
}

/// "ranks 0, 1: cores 0-7 of NUMA node 0", a line for those with the same cores.
std::string core_lines(const std::vector<HostRank>& ranks) {
  std::map<std::vector<int>, std::vector<std::size_t>> by_cores;
  std::map<std::vector<int>, const RankPlace*> example;
  for (const auto& [rank, place] : ranks) {
    by_cores[place->cores].push_back(rank);
    example[place->cores] = place;
  }
  std::string text;
  for (const auto& [cores, same] : by_cores) {
    const auto& nodes = example[cores]->numa_nodes;
    fmt::format_to(
        std::back_inserter(text), "\n  rank{} {}: core{} {}{}", same.size() == 1 ? "" : "s", fmt::join(same, ", "),
        cores.size() == 1 ? "" : "s", measure::core_list(cores),
        nodes.empty() ? "" : fmt::format(" of NUMA node{} {}", nodes.size() == 1 ? "" : "s", fmt::join(nodes, ", ")));
  }
  return text;
}

std::string adapter_line(const std::vector<measure::NetworkAdapter>& adapters) {
  std::vector<std::string> names;
  names.reserve(adapters.size());
  for (const auto& [name, place] : adapters)
    names.push_back(place.numa_node < 0 ? name : fmt::format("{} (NUMA node {})", name, place.numa_node));
  return names.empty() ? "" : fmt::format("\n  network adapters: {}", fmt::join(names, ", "));
}

}  // namespace

RankPlace own_place(const std::string& host, const std::string& gpu_address, const std::string& gpu_uuid) {
  RankPlace place{.host = host};
  place.cores = measure::allowed_cores();
  place.numa_nodes = measure::numa_nodes_of(place.cores);
  place.host_shape = measure::host_shape();
  place.adapters = measure::network_adapters();
  if (!gpu_address.empty()) place.gpu = measure::pci_place(gpu_address);
  if (!gpu_uuid.empty()) place.links = measure::gpu_links(gpu_uuid);
  return place;
}

std::string to_text(const RankPlace& place) {
  json adapters = json::array();
  for (const auto& [name, where] : place.adapters) adapters.push_back({{"name", name}, {"place", json_of(where)}});
  const json text{{"host", place.host},
                  {"cores", place.cores},
                  {"numa_nodes", place.numa_nodes},
                  {"host_shape", place.host_shape},
                  {"adapters", std::move(adapters)},
                  {"gpu", place.gpu ? json_of(*place.gpu) : json()},
                  {"links", place.links ? json_of(*place.links) : json()}};
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

RankPlace rank_place_of(const std::string& text) {
  const json held = json::parse(text);
  RankPlace place{.host = held.at("host")};
  place.cores = held.at("cores").get<std::vector<int>>();
  place.numa_nodes = held.at("numa_nodes").get<std::vector<int>>();
  place.host_shape = held.at("host_shape");
  for (const auto& one : held.at("adapters")) place.adapters.push_back({one.at("name"), place_from(one.at("place"))});
  if (!held.at("gpu").is_null()) place.gpu = place_from(held.at("gpu"));
  if (!held.at("links").is_null()) place.links = links_from(held.at("links"));
  return place;
}

std::string topology_text(const std::vector<RankPlace>& ranks) {
  std::map<std::string, std::vector<HostRank>> by_host;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) by_host[ranks[rank].host].push_back({rank, &ranks[rank]});
  std::string text = fmt::format("{} ranks on {} hosts", ranks.size(), by_host.size());
  for (const auto& [host, here] : by_host) {
    const std::string& shape = here.front().place->host_shape;
    fmt::format_to(std::back_inserter(text), "\n{}: {} ranks{}", host, here.size(), shape.empty() ? "" : "; " + shape);
    text += core_lines(here);
    const bool all_placed = std::ranges::all_of(here, [](const HostRank& one) { return one.place->gpu.has_value(); });
    text += all_placed ? matrix_text(here) : adapter_line(here.front().place->adapters);
  }
  return text;
}

}  // namespace scalemark::sweep
