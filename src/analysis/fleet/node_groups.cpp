#include "analysis/fleet/node_groups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/mean_estimate.h"
#include "core/nan.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

double variance_of(const NodeGroup& group, const std::vector<double>& values) {
  std::vector<double> scores;
  scores.reserve(values.size());
  for (const double value : values) scores.push_back(group.score_of(value));
  return kMedianVariance * mean_estimate(scores).variance;
}

/// Of all files of the node together: of two jobs the median is the mean.
void add_node(NodeGroup& group, const std::string& node, const std::vector<const NodeSamples*>& jobs) {
  std::vector<double> medians;
  std::vector<double> variances;
  for (const auto* job : jobs) {
    const double middle = median(job->values);
    if (!std::isfinite(group.score_of(middle))) continue;
    medians.push_back(middle);
    const double variance = variance_of(group, job->values);
    if (std::isfinite(variance)) variances.push_back(variance);
  }
  if (medians.empty()) return;
  const double value = median(medians);
  const double variance = variances.empty() ? kNaN : median(variances) / static_cast<double>(medians.size());
  group.nodes.push_back({node, value, group.score_of(value), variance});
}

}  // namespace

std::vector<double> NodeGroup::scores() const {
  std::vector<double> scores;
  scores.reserve(nodes.size());
  for (const NodeValue& one : nodes) scores.push_back(one.score);
  return scores;
}

double NodeGroup::score_of(double value) const {
  const NodeQuantityRow& row = row_of(quantity);
  const double score = row.is_share ? value : std::log(value);
  return row.less_is_worse ? -score : score;
}

double NodeGroup::value_of(double score) const {
  const NodeQuantityRow& row = row_of(quantity);
  const double better = row.less_is_worse ? -score : score;
  return row.is_share ? better : std::exp(better);
}

double NodeGroup::relative(double difference) const {
  const NodeQuantityRow& row = row_of(quantity);
  if (row.is_share) return difference;
  return row.less_is_worse ? 1.0 - std::exp(-difference) : std::exp(difference) - 1.0;
}

double NodeGroup::variance_within() const {
  double sum = 0.0;
  double count = 0.0;
  for (const NodeValue& one : nodes) {
    if (!std::isfinite(one.variance)) continue;
    sum += one.variance;
    count += 1.0;
  }
  return count == 0.0 ? 0.0 : sum / count;
}

std::vector<NodeGroup> node_groups(const std::vector<NodeSamples>& samples) {
  using Key = std::pair<std::string, NodeQuantity>;
  std::map<Key, std::map<std::string, std::vector<const NodeSamples*>>> by_key;
  for (const NodeSamples& one : samples) by_key[{one.subject_key, one.quantity}][one.node].push_back(&one);
  std::vector<NodeGroup> groups;
  for (const auto& [key, nodes] : by_key) {
    NodeGroup group{nodes.begin()->second.front()->subject, key.first, key.second};
    for (const auto& [node, jobs] : nodes) add_node(group, node, jobs);
    if (!group.nodes.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace scalemark::analysis
