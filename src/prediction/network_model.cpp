#include "prediction/network_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/nan.h"

namespace scalemark::prediction {
namespace {

/// What a ring's time is linear in: messages one after the other, and bytes through each rank's link.
struct RingCost {
  double messages;
  double bytes;
};

RingCost ring_cost(int ranks, double bytes) {
  const double p = ranks;
  return {2 * (p - 1), 2 * (p - 1) / p * bytes};
}

double seconds(const LinkModel& link, double messages, double bytes) {
  return messages * link.latency_seconds + bytes / link.bytes_per_second;
}

double faster_of_ring_and_tree(const LinkModel& link, int ranks, double bytes) {
  return std::min(ring_all_reduce_seconds(link, ranks, bytes), tree_all_reduce_seconds(link, ranks, bytes));
}

/// Sums of the normal equations of seconds = latency x messages + inverse_bandwidth x bytes.
struct NormalEquations {
  double mm = 0, mb = 0, bb = 0, m = 0, b = 0;

  void add(const RingCost& cost, double seconds) {
    mm += cost.messages * cost.messages;
    mb += cost.messages * cost.bytes;
    bb += cost.bytes * cost.bytes;
    m += cost.messages * seconds;
    b += cost.bytes * seconds;
  }
};

/// The solution with neither below zero: where one would be, the other alone.
LinkModel solve(const NormalEquations& sums) {
  const double determinant = sums.mm * sums.bb - sums.mb * sums.mb;
  constexpr double kSingular = 1e-9;
  if (determinant > kSingular * sums.mm * sums.bb) {
    const double latency = (sums.m * sums.bb - sums.b * sums.mb) / determinant;
    const double inverse_bandwidth = (sums.b * sums.mm - sums.m * sums.mb) / determinant;
    if (latency >= 0 && inverse_bandwidth > 0) return {latency, 1 / inverse_bandwidth};
    if (inverse_bandwidth <= 0) return {sums.m / sums.mm, std::numeric_limits<double>::infinity()};
  }
  return {0, sums.bb / sums.b};
}

}  // namespace

double ring_all_reduce_seconds(const LinkModel& link, int ranks, double bytes) {
  if (ranks <= 1) return 0;
  const RingCost cost = ring_cost(ranks, bytes);
  return seconds(link, cost.messages, cost.bytes);
}

double tree_all_reduce_seconds(const LinkModel& link, int ranks, double bytes) {
  if (ranks <= 1) return 0;
  return seconds(link, 2 * std::ceil(std::log2(ranks)), 2 * bytes);
}

double all_reduce_seconds(const NetworkModel& network, int ranks, double bytes) {
  const int in_node = std::min(ranks, network.ranks_per_node);
  const int nodes = (ranks + network.ranks_per_node - 1) / network.ranks_per_node;
  // Reduce-scatter and all-gather are the two halves of the ring. Between nodes each rank moves its shard, and the
  // shards of a node share its bandwidth: together the whole of the bytes.
  const double inside = nodes == 1 ? faster_of_ring_and_tree(network.intra_node, in_node, bytes)
                                   : ring_all_reduce_seconds(network.intra_node, in_node, bytes);
  return inside + faster_of_ring_and_tree(network.inter_node, nodes, bytes);
}

LinkModel fit_link(std::span<const LinkSample> samples) {
  NormalEquations sums;
  for (const auto& sample : samples) {
    if (sample.ranks > 1 && sample.bytes > 0 && sample.seconds > 0 && std::isfinite(sample.seconds)) {
      sums.add(ring_cost(sample.ranks, sample.bytes), sample.seconds);
    }
  }
  if (sums.bb == 0) return {kNaN, kNaN};
  return solve(sums);
}

}  // namespace scalemark::prediction
