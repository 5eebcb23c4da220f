#pragma once

#include <cstddef>
#include <span>

#include "analysis/case_set.h"
#include "prediction/network_model.h"
#include "results/records.h"

namespace scalemark::prediction {

/// The network that the comm_only arm of `cases` measured in one repetition: reductions on one host give the level
/// inside a node, those over several hosts the level between nodes. A level without a measurement is NaN.
NetworkModel fit_network(std::span<const analysis::MeasuredCase* const> cases, std::size_t repetition);

/// The network that `scalemark comm` measured: its all_reduce over all sizes, in place where that was measured. Ranks
/// on one host give the level inside a node, one rank on each of several hosts that between nodes; the other level is
/// taken to be like it.
/// @throws InputError where the file holds no all_reduce of two ranks or more, or mixes both levels.
NetworkModel network_of_collectives(const results::ResultFile& file);

}  // namespace scalemark::prediction
