#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "prediction/link_fit.h"
#include "prediction/network_model.h"
#include "results/records.h"

namespace scalemark::prediction {

/// A network of two levels, with what is known of each.
struct NetworkFit {
  std::string name;
  int ranks_per_node = 1;
  int hosts = 0;  ///< the most that a measurement reached over; 0 for a network that was given
  LinkFit intra_node;
  LinkFit inter_node;  ///< its link is not is_known() where no measurement left a host

  NetworkModel network() const;

  /// Every combination of the ends of the unknown parameters' ranges; empty where all are known.
  std::vector<NetworkModel> range() const;

  /// [repetition] The network without this repetition; empty for a network that was given.
  std::vector<NetworkModel> replicates() const;
};

/// The network that the comm_only arm of `cases` measured: reductions on one host give the level inside a node, those
/// over several hosts the level between nodes. Where no case of several ranks was on one host, a node's inside is taken
/// to be like the level between.
NetworkFit fit_network(std::span<const analysis::MeasuredCase* const> cases);

/// The network that `scalemark comm` measured: its all_reduce over all sizes, in place where that was measured. Ranks
/// on one host give the level inside a node, one rank on each of several hosts that between nodes.
/// @throws InputError where the file holds no all_reduce of two ranks or more, or mixes both levels.
NetworkFit network_of_collectives(const results::ResultFile& file);

/// A network as its maker states it.
NetworkFit given_network(const NetworkModel& network);

}  // namespace scalemark::prediction
