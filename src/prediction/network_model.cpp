#include "prediction/network_model.h"

#include <algorithm>
#include <cmath>

namespace scalemark::prediction {
namespace {

/// NCCL's buffers of 4 MiB move in 8 steps (NCCL_BUFFSIZE, NCCL_STEPS).
constexpr double kChunkBytes = 512.0 * 1024;

/// Of the slower level: both are at work at once.
double seconds_per_byte(const NetworkModel& network, int ranks) {
  const int in_node = network.in_node(ranks);
  const int nodes = network.nodes(ranks);
  const double inside = in_node > 1 ? network.intra_node.seconds_per_byte(in_node) : 0;
  return std::max(inside, nodes > 1 ? network.inter_node.seconds_per_byte(nodes) : 0);
}

/// Seconds that `count` messages wait; 0 for none, whatever a level that is not used would take.
double waiting(const LinkModel& link, double count) { return count > 0 ? count * link.latency_seconds : 0; }

}  // namespace

double LinkModel::seconds_per_byte(int ends) const { return std::pow(ends / 2.0, congestion) / bytes_per_second; }

int NetworkModel::nodes(int ranks) const {
  return is_known(inter_node) ? (ranks + ranks_per_node - 1) / ranks_per_node : 1;
}

int NetworkModel::in_node(int ranks) const { return is_known(inter_node) ? std::min(ranks, ranks_per_node) : ranks; }

bool is_known(const LinkModel& link) { return std::isfinite(link.latency_seconds) && link.bytes_per_second > 0; }

double all_reduce_seconds(const NetworkModel& network, int ranks, double bytes) {
  return std::min(ring_all_reduce_seconds(network, ranks, bytes), tree_all_reduce_seconds(network, ranks, bytes));
}

double ring_all_reduce_seconds(const NetworkModel& network, int ranks, double bytes) {
  if (ranks <= 1) return 0;
  const double p = ranks;
  const int nodes = network.nodes(ranks);
  return waiting(network.intra_node, 2.0 * (ranks - nodes)) + waiting(network.inter_node, 2.0 * (nodes - 1)) +
         2 * (p - 1) / p * bytes * seconds_per_byte(network, ranks);
}

double tree_all_reduce_seconds(const NetworkModel& network, int ranks, double bytes) {
  if (ranks <= 1) return 0;
  const double hops_inside = 2 * std::ceil(std::log2(network.in_node(ranks)));
  const double hops_between = 2 * std::ceil(std::log2(network.nodes(ranks)));
  const double fill_bytes = (hops_inside + hops_between - 2) * std::min(bytes, kChunkBytes);
  return waiting(network.intra_node, hops_inside) + waiting(network.inter_node, hops_between) +
         (2 * bytes + fill_bytes) * seconds_per_byte(network, ranks);
}

}  // namespace scalemark::prediction
