#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "doctor/checks.h"

namespace scalemark::doctor {
namespace {

std::vector<std::string> usable_names(const RankFacts& rank) {
  std::vector<std::string> names;
  for (const auto& interface : rank.interfaces) {
    if (interface.usable) names.push_back(interface.name);
  }
  return names;
}

// Of a container engine or a virtual machine's host: they lead to no other node.
bool is_local_bridge(const std::string& name) {
  return name.starts_with("docker") || name.starts_with("virbr") || name.starts_with("veth") || name.starts_with("br-");
}

/// NCCL_SOCKET_IFNAME: a list of beginnings; "=" in front asks for whole names, "^" excludes.
bool allows(std::string_view choice, const std::string& name) {
  const bool excludes = choice.starts_with('^');
  if (excludes) choice.remove_prefix(1);
  const bool exact = choice.starts_with('=');
  if (exact) choice.remove_prefix(1);
  std::istringstream parts{std::string(choice)};
  bool listed = false;
  for (std::string part; std::getline(parts, part, ',');)
    listed = listed || (exact ? name == part : name.starts_with(part));
  return listed != excludes;
}

Findings judge_host(const std::string& host, const RankFacts& rank) {
  const auto names = usable_names(rank);
  const std::string& choice = rank.nccl_socket_ifname;
  if (!choice.empty()) {
    if (std::any_of(names.begin(), names.end(), [&](const auto& name) { return allows(choice, name); })) return {};
    return {launch_fault(fmt::format("NCCL_SOCKET_IFNAME={} matches no interface of {}; it has: {}", choice, host,
                                     names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))),
                         "set it to the interface that leads to the other nodes, or unset it")};
  }
  if (std::any_of(names.begin(), names.end(), [](const auto& name) { return !is_local_bridge(name); })) return {};
  return {launch_fault(fmt::format("no network interface of {} leads to another node; it has: {}", host,
                                   names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))),
                       "in a container: share the host's network")};
}

}  // namespace

Findings check_network(const JobFacts& job) {
  const auto hosts = by_host(job);
  if (hosts.size() < 2) return {};
  Findings findings;
  for (const auto& [host, ranks] : hosts) {
    const RankFacts& rank = *ranks.front();
    for (auto& finding : judge_host(host, rank)) findings.push_back(std::move(finding));
    if (!rank.infiniband.empty() && rank.nccl_ib_disable == "1") {
      findings.push_back(warning(fmt::format("{} has InfiniBand ({}), and NCCL_IB_DISABLE=1 keeps NCCL off it", host,
                                             fmt::join(rank.infiniband, ", ")),
                                 "unset NCCL_IB_DISABLE"));
    }
  }
  return findings;
}

Findings check_reduction(const JobFacts& job) {
  if (job.reduction_fault.empty()) return {};
  return {launch_fault(fmt::format("a small all-reduce over all ranks failed: {}", job.reduction_fault),
                       "NCCL_DEBUG=INFO says more; between nodes set NCCL_SOCKET_IFNAME to the right interface")};
}

}  // namespace scalemark::doctor
