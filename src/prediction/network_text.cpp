#include "prediction/network_text.h"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.h"

namespace scalemark::prediction {
namespace {

std::string latency_text(const LinkFit& level) {
  if (level.knows_latency) return to_text(level.latency_seconds, Unit::kSeconds) + " per message";
  return fmt::format("unknown latency (up to {} per message)", to_text(level.most_latency_seconds, Unit::kSeconds));
}

std::string bandwidth_text(const LinkFit& level) {
  if (!level.knows_bandwidth) return "unknown bandwidth";
  if (!level.knows_latency) return to_text(level.link.bytes_per_second, Unit::kBytesPerSecond);
  return to_text(level.bytes_per_second, Unit::kBytesPerSecond);
}

/// What a doubling of those that take part leaves of the bandwidth.
Interval left_by_doubling(const Interval& congestion) {
  return {std::exp2(-congestion.estimate), std::exp2(-congestion.high), std::exp2(-congestion.low)};
}

std::string congestion_text(const LinkFit& level) {
  if (!level.knows_congestion)
    return "the cost of congestion is unknown (only one count or one bucket size was measured)";
  if (level.replicates.empty()) return "no congestion";
  return to_text(left_by_doubling(level.congestion), Unit::kFraction) + " of the bandwidth left by each doubling";
}

std::string level_text(const LinkFit& level) {
  if (!is_known(level.link)) return "unknown: nothing was measured between hosts";
  return fmt::format("{}, {}, {}", latency_text(level), bandwidth_text(level), congestion_text(level));
}

std::string level_yaml(const LinkFit& level) {
  const bool has_level = is_known(level.link);
  const bool has_latency = has_level && level.knows_latency;
  const bool has_bandwidth = has_level && level.knows_bandwidth && std::isfinite(level.link.bytes_per_second);
  return fmt::format("{{latency: {}, bandwidth: {}}}{}",
                     has_latency ? fmt::format("{:.4f}us", 1e6 * level.link.latency_seconds) : "unknown",
                     has_bandwidth ? fmt::format("{:.4f}MB/s", 1e-6 * level.link.bytes_per_second) : "unknown",
                     has_latency && has_bandwidth ? "" : "  # fill in what is unknown");
}

}  // namespace

std::string network_page(const NetworkFit& network) {
  std::string page;
  if (network.ranks_per_node > 1) page += "- inside a node: " + level_text(network.intra_node) + "\n";
  return page + "- between nodes: " + level_text(network.inter_node) + "\n";
}

std::string network_yaml(const NetworkFit& network) {
  return fmt::format("name: {}\nranks_per_node: {}\nintra_node: {}\ninter_node: {}\n",
                     network.name.empty() ? "measured" : network.name, network.ranks_per_node,
                     level_yaml(network.intra_node), level_yaml(network.inter_node));
}

}  // namespace scalemark::prediction
