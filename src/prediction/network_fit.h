#pragma once

#include <cstddef>
#include <span>

#include "prediction/network_model.h"
#include "report/case_set.h"

namespace scalemark::prediction {

/// The network that the comm_only arm of `cases` measured in one repetition: reductions on one host give the level
/// inside a node, those over several hosts the level between nodes. A level without a measurement is NaN.
NetworkModel fit_network(std::span<const report::MeasuredCase* const> cases, std::size_t repetition);

}  // namespace scalemark::prediction
