#include "analysis/fleet/fleet_drift.h"

#include <algorithm>
#include <cmath>

#include "analysis/moderated_scatter.h"
#include "analysis/significance.h"
#include "core/holm.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

using Scores = std::vector<double>;

bool stands_out(const Fleet& fleet, const NodeGroup& group, const std::string& node) {
  return std::ranges::any_of(fleet.lines, [&](const FleetLine& line) {
    return line.stands_out && line.node == node && line.quantity == group.quantity && line.subject == group.subject;
  });
}

/// Of one node's score, where nothing is wrong; never below what its repetitions scatter.
Scatter healthy_scatter(const NodeGroup& group, const Fleet& fleet) {
  Scores healthy;
  for (const NodeValue& one : group.nodes) {
    if (!stands_out(fleet, group, one.node)) healthy.push_back(one.score);
  }
  const double middle = interval_of_mean(healthy).estimate;
  double squares = 0.0;
  for (const double score : healthy) squares += (score - middle) * (score - middle);
  const double degrees = std::max(0.0, static_cast<double>(healthy.size()) - 1.0);
  Scatter scatter = moderated_scatter(squares, degrees);
  scatter.standard_deviation = std::max(scatter.standard_deviation, std::sqrt(group.variance_within()));
  return scatter;
}

/// Of the median of so many nodes, over that of one node.
double variance_of_median(std::size_t count) {
  return (count > 2 ? kMedianVariance : 1.0) / static_cast<double>(count);
}

DriftLine line_of(const NodeGroup& group, const std::string& node, double now, double before, double standard_error,
                  double degrees) {
  DriftLine line{node, group.subject, group.quantity, group.value_of(now), group.value_of(before)};
  line.beyond = group.relative(now - before);
  line.p_value = student_t_two_sided_p_value((now - before) / standard_error, degrees);
  return line;
}

void add_lines(const NodeGroup& now, const NodeGroup& before, const Fleet& fleet, std::vector<DriftLine>& lines) {
  const Scatter scatter = healthy_scatter(now, fleet);
  const Scores now_scores = now.scores();
  const Scores before_scores = before.scores();
  const double share = variance_of_median(now_scores.size()) + variance_of_median(before_scores.size());
  lines.push_back(line_of(now, "", median(now_scores), median(before_scores),
                          scatter.standard_deviation * std::sqrt(share), scatter.degrees_of_freedom));
  if (now.nodes.size() < 2) return;
  for (const NodeValue& one : now.nodes) {
    const auto own = std::ranges::find(before.nodes, one.node, &NodeValue::node);
    if (own == before.nodes.end()) continue;
    lines.push_back(line_of(now, one.node, one.score, own->score, scatter.standard_deviation * std::sqrt(2.0),
                            scatter.degrees_of_freedom));
  }
}

}  // namespace

std::vector<DriftLine> drift_lines(const std::vector<NodeGroup>& now, const std::vector<NodeGroup>& before,
                                   const Fleet& fleet) {
  std::vector<DriftLine> lines;
  for (const NodeGroup& group : now) {
    const auto old = std::ranges::find_if(before, [&](const NodeGroup& other) {
      return other.subject_key == group.subject_key && other.quantity == group.quantity;
    });
    if (old != before.end()) add_lines(group, *old, fleet, lines);
  }
  adjust_by_holm(lines);
  for (DriftLine& line : lines) line.drifted = line.p_value < kSignificance && std::abs(line.beyond) >= fleet.threshold;
  return lines;
}

}  // namespace scalemark::analysis
