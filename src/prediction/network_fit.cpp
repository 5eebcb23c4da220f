#include "prediction/network_fit.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "results/case_summary.h"

namespace scalemark::prediction {
namespace {

struct Placement {
  int hosts = 0;
  int ranks_per_host = 0;  ///< of the fullest host
};

Placement placement_of(const results::CaseRecord& record) {
  std::map<std::string, int> ranks;
  for (const auto& row : record.rank_rows) ++ranks[row.host];
  Placement placement{static_cast<int>(ranks.size()), 1};
  for (const auto& [host, count] : ranks) placement.ranks_per_host = std::max(placement.ranks_per_host, count);
  return placement;
}

std::vector<LinkSample> samples_of(const report::MeasuredCase& one, int ranks, std::size_t repetition) {
  std::vector<LinkSample> samples;
  for (std::size_t bucket = 0; bucket < one.record->bucket_bytes.size(); ++bucket) {
    const auto medians = results::repetition_medians(one.record->bucket_seconds[bucket]);
    if (repetition < medians.size()) {
      samples.push_back({ranks, static_cast<double>(one.record->bucket_bytes[bucket]), medians[repetition]});
    }
  }
  return samples;
}

void append(std::vector<LinkSample>& all, const std::vector<LinkSample>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

NetworkModel fit_network(std::span<const report::MeasuredCase* const> cases, std::size_t repetition) {
  NetworkModel network;
  std::vector<LinkSample> inside;
  for (const report::MeasuredCase* one : cases) {
    const Placement placement = placement_of(*one->record);
    network.ranks_per_node = std::max(network.ranks_per_node, placement.ranks_per_host);
    if (placement.hosts == 1) append(inside, samples_of(*one, one->key.ranks, repetition));
  }
  network.intra_node = fit_link(inside);
  std::vector<LinkSample> between;
  for (const report::MeasuredCase* one : cases) {
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
