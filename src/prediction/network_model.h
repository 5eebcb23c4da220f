#pragma once

#include <span>
#include <string>

namespace scalemark::prediction {

/// One level of a network, in the latency-bandwidth model of Hockney: a message takes latency + bytes / bandwidth.
struct LinkModel {
  double latency_seconds = 0;
  double bytes_per_second = 0;  ///< of one direction; of a node between nodes, of a rank inside a node
};

/// A network of two levels: ranks of one node, and nodes.
struct NetworkModel {
  std::string name;
  int ranks_per_node = 1;
  LinkModel intra_node;
  LinkModel inter_node;
};

/// Time of an all-reduce of `bytes` over `ranks` on one level.
/// Ring: 2 (p - 1) messages of bytes / p each. Double binary tree: 2 log2(p) hops, the bytes pipelined through up and
/// down. (Thakur, Rabenseifner, Gropp 2005; Sanders, Speck, Traff 2009, which NCCL's trees follow.)
double ring_all_reduce_seconds(const LinkModel& link, int ranks, double bytes);
double tree_all_reduce_seconds(const LinkModel& link, int ranks, double bytes);

/// The faster of ring and tree on every level: reduce-scatter in the node, all-reduce between nodes, all-gather in the
/// node. 0 for one rank. The last node may be partly filled: it is counted as a whole one.
double all_reduce_seconds(const NetworkModel& network, int ranks, double bytes);

/// One measured all-reduce.
struct LinkSample {
  int ranks = 0;
  double bytes = 0;
  double seconds = 0;
};

/// Fits latency and bandwidth of a ring to samples by least squares, neither below zero. Of seconds, not of relative
/// errors: the step waits for the large buckets, and they should be right. Where all samples have one size and one
/// number of ranks the latency is taken as 0. All NaN without a usable sample.
LinkModel fit_link(std::span<const LinkSample> samples);

}  // namespace scalemark::prediction
