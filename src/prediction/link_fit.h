#pragma once

#include <span>
#include <vector>

#include "core/statistics.h"
#include "prediction/link_solver.h"
#include "prediction/network_model.h"

namespace scalemark::prediction {

/// What cells say of a link, from all repetitions at once. A parameter that they do not identify is unknown, never 0:
/// `link` has it in the middle of its range, and `range` at both ends.
struct LinkFit {
  LinkModel link;                   ///< not is_known() without a usable cell
  Interval latency_seconds{};       ///< 95 %, as fitted: where it reaches 0, the latency is unknown
  Interval bytes_per_second{};      ///< 95 %, where two take part
  Interval congestion{};            ///< 95 %
  double most_latency_seconds = 0;  ///< the end of an unknown latency's range
  bool knows_latency = false;
  bool knows_bandwidth = false;       ///< the time grows with the bytes, beyond noise
  bool knows_congestion = false;      ///< it takes two numbers of ends, and two sizes
  std::vector<LinkModel> range;       ///< every unknown parameter at the ends of its range; empty where none is
  std::vector<LinkModel> replicates;  ///< [repetition] `link` without this repetition; empty for a link that was given
};

/// Fits latency, bandwidth and congestion. Cells of fewer than two ends, or without a finite time, count for nothing.
LinkFit fit_link(const std::vector<LinkCell>& cells);

/// A link that was stated, not measured: all of it is known.
LinkFit given_link(const LinkModel& link);

}  // namespace scalemark::prediction
