#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "prediction/jackknife.h"
#include "prediction/network_model.h"

namespace scalemark::prediction {

/// An all-reduce as it was measured, and what the time of a ring is linear in.
struct LinkCell {
  int ends = 0;  ///< that take part on the level: nodes between nodes, ranks inside one
  std::int64_t bucket_bytes = 0;
  double messages = 0;          ///< one after the other
  double bytes = 0;             ///< through a link
  std::vector<double> seconds;  ///< [repetition]
};

/// A link in the form that the fit is linear in, but for the congestion. Noise may take either below zero.
struct LinkParameters {
  double latency_seconds = 0;
  double seconds_per_byte = 0;
  double congestion = 0;

  /// Without what is below zero; the bandwidth is infinite then.
  LinkModel link() const;
};

/// What is not to be fitted, but taken as it stands; the rest is. Not both of latency and seconds per byte.
struct FixedParameters {
  std::optional<double> latency_seconds;
  std::optional<double> seconds_per_byte;
  std::optional<double> congestion;
};

/// The least squares over the cells' means of all repetitions but `left_out`. Of seconds, not of relative errors: the
/// step waits for the large buckets, and they should be right.
LinkParameters solve_link(std::span<const LinkCell> cells, const FixedParameters& fixed, LeftOut left_out = {});

/// Whether the cells tell latency from bandwidth: they do not where all have one size and one number of ends.
bool tells_latency_from_bandwidth(std::span<const LinkCell> cells);

}  // namespace scalemark::prediction
