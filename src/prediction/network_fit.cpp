#include "prediction/network_fit.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/statistics.h"

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

/// The median over the steps of one repetition of the mean over ranks. Not of the slowest rank, as a step's time is: a
/// rank whose last bytes still leave its host has done with the bucket, and pays for them in the next, so that the
/// slowest ranks' times of the buckets add up to more than the step.
double typical_seconds(const results::StepSamples& samples, std::size_t repetition) {
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  const auto steps = static_cast<std::size_t>(samples.steps);
  const auto begin = samples.seconds.begin() + static_cast<std::ptrdiff_t>(repetition * steps * ranks);
  std::vector<double> means;
  for (std::size_t step = 0; step < steps; ++step) {
    const auto of_step = begin + static_cast<std::ptrdiff_t>(step * ranks);
    means.push_back(std::accumulate(of_step, of_step + samples.ranks, 0.0) / static_cast<double>(ranks));
  }
  return median(means);
}

/// One sample per size: the median over the repetitions of the mean over ranks, as for buckets.
std::vector<LinkSample> samples_of(const results::CommRecord& record) {
  const auto& seconds = record.in_place_seconds.empty() ? record.seconds : record.in_place_seconds;
  const std::int64_t per_size = record.repetitions * record.ranks;
  std::vector<LinkSample> samples;
  for (std::size_t size = 0; size < record.bytes.size(); ++size) {
    const auto begin = seconds.begin() + static_cast<std::int64_t>(size) * per_size;
    const results::StepSamples of_size{record.repetitions, record.ranks, {begin, begin + per_size}};
    samples.push_back(
        {static_cast<int>(record.ranks), static_cast<double>(record.bytes[size]), typical_seconds(of_size, 0)});
  }
  return samples;
}

std::vector<LinkSample> samples_of(const analysis::MeasuredCase& one, int ranks, std::size_t repetition) {
  std::vector<LinkSample> samples;
  for (std::size_t bucket = 0; bucket < one.record->bucket_bytes.size(); ++bucket) {
    const results::StepSamples& seconds = one.record->bucket_seconds[bucket];
    if (repetition < static_cast<std::size_t>(seconds.repetitions())) {
      samples.push_back(
          {ranks, static_cast<double>(one.record->bucket_bytes[bucket]), typical_seconds(seconds, repetition)});
    }
  }
  return samples;
}

void append(std::vector<LinkSample>& all, const std::vector<LinkSample>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

NetworkModel network_of_collectives(const results::ResultFile& file) {
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
  const LinkModel link = fit_link(samples_of(*found));
  return {file.title, placement.ranks_per_host, link, link};
}

NetworkModel fit_network(std::span<const analysis::MeasuredCase* const> cases, std::size_t repetition) {
  NetworkModel network;
  std::vector<LinkSample> inside;
  for (const analysis::MeasuredCase* one : cases) {
    const Placement placement = placement_of(*one->record);
    network.ranks_per_node = std::max(network.ranks_per_node, placement.ranks_per_host);
    if (placement.hosts == 1) append(inside, samples_of(*one, one->key.ranks, repetition));
  }
  network.intra_node = fit_link(inside);
  std::vector<LinkSample> between;
  for (const analysis::MeasuredCase* one : cases) {
    const Placement placement = placement_of(*one->record);
    if (placement.hosts < 2) continue;
    for (LinkSample sample : samples_of(*one, placement.hosts, repetition)) {
      // What is left when the ranks of each host have done their part.
      if (placement.ranks_per_host > 1 && !inside.empty()) {
        sample.seconds -= ring_all_reduce_seconds(network.intra_node, placement.ranks_per_host, sample.bytes);
      }
      between.push_back(sample);
    }
  }
  network.inter_node = fit_link(between);
  return network;
}

}  // namespace scalemark::prediction
