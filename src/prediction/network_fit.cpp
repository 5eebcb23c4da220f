#include "prediction/network_fit.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/nan.h"
#include "prediction/sample_means.h"

namespace scalemark::prediction {
namespace {

struct Placement {
  int hosts = 0;
  int ranks_per_host = 0;  ///< of the fullest host
};

Placement placement_of(const std::vector<std::string>& host_of_rank) {
  std::map<std::string, int> ranks;
  for (const auto& host : host_of_rank) ++ranks[host];
  Placement placement{static_cast<int>(ranks.size()), 1};
  for (const auto& [host, count] : ranks) placement.ranks_per_host = std::max(placement.ranks_per_host, count);
  return placement;
}

Placement placement_of(const results::CaseRecord& record) {
  std::vector<std::string> hosts;
  for (const auto& row : record.rank_rows) hosts.push_back(row.host);
  return placement_of(hosts);
}

double bytes_through_link(int ranks, std::int64_t bytes) {
  return 2.0 * (ranks - 1) / ranks * static_cast<double>(bytes);
}

/// A ring over ranks of one level.
LinkCell cell_of(int ranks, std::int64_t bytes, std::vector<double> seconds) {
  return {ranks, bytes, 2.0 * (ranks - 1), bytes_through_link(ranks, bytes), std::move(seconds)};
}

/// A ring over several hosts, less the messages that stay inside them.
LinkCell cell_between(const Placement& placement, int ranks, std::int64_t bytes, std::vector<double> seconds,
                      const LinkModel& inside) {
  const int messages_inside = is_known(inside) ? 2 * (ranks - placement.hosts) : 0;
  for (double& one : seconds) one -= messages_inside > 0 ? messages_inside * inside.latency_seconds : 0;
  const double messages = is_known(inside) ? 2.0 * (placement.hosts - 1) : 2.0 * (ranks - 1);
  return {placement.hosts, bytes, messages, bytes_through_link(ranks, bytes), std::move(seconds)};
}

/// Of all ranks, not of the slowest, as a step's time is: a rank whose last bytes still leave its host has done with
/// the bucket, and pays for them in the next, so that the slowest ranks' times of the buckets add up to more than the
/// step.
std::vector<double> bucket_seconds(const results::CaseRecord& record, std::size_t bucket) {
  return means_over_ranks(record.bucket_seconds[bucket]);
}

std::vector<LinkCell> cells_inside(std::span<const analysis::MeasuredCase* const> cases) {
  std::vector<LinkCell> cells;
  for (const analysis::MeasuredCase* one : cases) {
    const results::CaseRecord& record = *one->record;
    if (placement_of(record).hosts != 1) continue;
    for (std::size_t i = 0; i < record.bucket_bytes.size(); ++i)
      cells.push_back(cell_of(one->key.ranks, record.bucket_bytes[i], bucket_seconds(record, i)));
  }
  return cells;
}

std::vector<LinkCell> cells_between(std::span<const analysis::MeasuredCase* const> cases, const LinkModel& inside) {
  std::vector<LinkCell> cells;
  for (const analysis::MeasuredCase* one : cases) {
    const results::CaseRecord& record = *one->record;
    const Placement placement = placement_of(record);
    if (placement.hosts < 2) continue;
    for (std::size_t i = 0; i < record.bucket_bytes.size(); ++i) {
      cells.push_back(
          cell_between(placement, one->key.ranks, record.bucket_bytes[i], bucket_seconds(record, i), inside));
    }
  }
  return cells;
}

/// A cell per size; a repetition of `comm` is one call.
std::vector<LinkCell> cells_of(const results::CommRecord& record) {
  const auto& seconds = record.in_place_seconds.empty() ? record.seconds : record.in_place_seconds;
  const std::int64_t per_size = record.repetitions * record.ranks;
  std::vector<LinkCell> cells;
  for (std::size_t size = 0; size < record.bytes.size(); ++size) {
    const auto begin = seconds.begin() + static_cast<std::int64_t>(size) * per_size;
    const results::StepSamples of_size{1, record.ranks, {begin, begin + per_size}};
    cells.push_back(cell_of(static_cast<int>(record.ranks), record.bytes[size], means_over_ranks(of_size)));
  }
  return cells;
}

std::vector<LinkModel> range_of(const LinkFit& fit) {
  return fit.range.empty() ? std::vector<LinkModel>{fit.link} : fit.range;
}

const LinkModel& replicate_of(const LinkFit& fit, std::size_t repetition) {
  return repetition < fit.replicates.size() ? fit.replicates[repetition] : fit.link;
}

LinkFit not_measured() { return fit_link({}); }

}  // namespace

NetworkModel NetworkFit::network() const { return {name, ranks_per_node, intra_node.link, inter_node.link}; }

std::vector<NetworkModel> NetworkFit::range() const {
  std::vector<NetworkModel> networks;
  if (intra_node.range.empty() && inter_node.range.empty()) return networks;
  for (const LinkModel& inside : range_of(intra_node)) {
    for (const LinkModel& between : range_of(inter_node)) networks.push_back({name, ranks_per_node, inside, between});
  }
  return networks;
}

std::vector<NetworkModel> NetworkFit::replicates() const {
  std::vector<NetworkModel> networks;
  const std::size_t count = std::max(intra_node.replicates.size(), inter_node.replicates.size());
  for (std::size_t r = 0; r < count; ++r)
    networks.push_back({name, ranks_per_node, replicate_of(intra_node, r), replicate_of(inter_node, r)});
  return networks;
}

NetworkFit fit_network(std::span<const analysis::MeasuredCase* const> cases) {
  NetworkFit fit;
  for (const analysis::MeasuredCase* one : cases) {
    const Placement placement = placement_of(*one->record);
    fit.ranks_per_node = std::max(fit.ranks_per_node, placement.ranks_per_host);
    fit.hosts = std::max(fit.hosts, placement.hosts);
  }
  fit.intra_node = fit_link(cells_inside(cases));
  fit.inter_node = fit_link(cells_between(cases, fit.intra_node.link));
  if (!is_known(fit.intra_node.link)) fit.intra_node = fit.inter_node;
  return fit;
}

NetworkFit network_of_collectives(const results::ResultFile& file) {
  const auto found = std::find_if(file.comm.begin(), file.comm.end(),
                                  [](const results::CommRecord& record) { return record.op == "all_reduce"; });
  if (found == file.comm.end() || found->ranks < 2) {
    throw InputError("holds no all_reduce of two ranks or more: measure one with scalemark comm --output");
  }
  const Placement placement = placement_of(file.provenance.hosts);
  if (placement.hosts > 1 && placement.ranks_per_host > 1) {
    throw InputError(
        "holds an all_reduce over several hosts with several ranks each, which does not tell one level of the network "
        "from the other: measure one rank per host, or one host");
  }
  const LinkFit link = fit_link(cells_of(*found));
  return {file.title, placement.ranks_per_host, placement.hosts, link, placement.hosts > 1 ? link : not_measured()};
}

NetworkFit given_network(const NetworkModel& network) {
  return {network.name, network.ranks_per_node, 0, given_link(network.intra_node), given_link(network.inter_node)};
}

}  // namespace scalemark::prediction
