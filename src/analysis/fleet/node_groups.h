#pragma once

#include <numbers>
#include <string>
#include <vector>

#include "analysis/fleet/node_samples.h"

namespace scalemark::analysis {

/// How much less sure a median is than a mean, of many normal values.
inline constexpr double kMedianVariance = std::numbers::pi / 2.0;

struct NodeValue {
  std::string node;
  double value;     ///< in the quantity's unit: median over the repetitions, and over the node's files
  double score;     ///< what is tested: larger is worse, 0.01 is 1 % or a hundredth of the step's time
  double variance;  ///< of the score, from the repetitions; NaN where there is one
};

/// The nodes that measured one quantity in one case.
struct NodeGroup {
  std::string subject;
  std::string subject_key;
  NodeQuantity quantity = NodeQuantity::kStep;
  std::vector<NodeValue> nodes{};  ///< by name

  std::vector<double> scores() const;  ///< [node]
  double score_of(double value) const;
  double value_of(double score) const;
  /// Of a difference of scores: 0.1 for a ratio that is worse by 10 %, or for a tenth of the step's time more.
  double relative(double difference) const;
  /// Of a score, mean over the nodes whose repetitions tell; 0 where none do.
  double variance_within() const;
};

/// One group for each case and quantity.
std::vector<NodeGroup> node_groups(const std::vector<NodeSamples>& samples);

}  // namespace scalemark::analysis
