#pragma once

#include <string>

namespace scalemark::prediction {

/// One level of a network, in the latency-bandwidth model of Hockney: a message takes latency + bytes / bandwidth.
struct LinkModel {
  double latency_seconds = 0;
  double bytes_per_second = 0;  ///< of one direction where two take part; of a node between nodes, of a rank inside one
  double congestion = 0;        ///< bandwidth falls with the number that takes part as (number / 2)^-congestion

  /// Of one direction where `ends` take part.
  double seconds_per_byte(int ends) const;
};

/// A network of two levels: ranks of one node, and nodes.
struct NetworkModel {
  std::string name;
  int ranks_per_node = 1;
  LinkModel intra_node;
  LinkModel inter_node;  ///< not is_known() where all ranks shared one host: any number of ranks is on one node then

  int nodes(int ranks) const;
  int in_node(int ranks) const;  ///< ranks of a full node
};

/// Whether both numbers were measured or given. The bandwidth may be infinite.
bool is_known(const LinkModel& link);

/// Time of an all-reduce of `bytes` over `ranks`: that of the faster of ring and tree; 0 for one rank. The last node
/// may be partly filled: it is counted as a whole one.
double all_reduce_seconds(const NetworkModel& network, int ranks, double bytes);

/// One ring through all ranks, node by node: 2 (p - 1) messages of bytes / p each. The levels work at once, so that the
/// slower one's bandwidth counts and both latencies do. (Thakur, Rabenseifner, Gropp 2005; latencies as NCCL's
/// tuning.cc counts them.)
double ring_all_reduce_seconds(const NetworkModel& network, int ranks, double bytes);

/// A double binary tree on every level, up and down, in chunks of at most 512 KiB, as NCCL's: each link carries the
/// bytes twice, and the first chunk takes all hops before the pipeline is full. (Sanders, Speck, Traff 2009.)
double tree_all_reduce_seconds(const NetworkModel& network, int ranks, double bytes);

}  // namespace scalemark::prediction
