#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/comparison/comparable_cases.h"
#include "analysis/fleet/node_samples.h"
#include "results/records.h"

namespace scalemark::analysis {

/// One quantity of one node in one case, beside the other nodes.
struct FleetLine {
  std::string node;
  std::string subject;
  NodeQuantity quantity = NodeQuantity::kStep;
  std::size_t nodes = 0;                   ///< that measured it
  double value = results::kNotMeasured;    ///< median over the repetitions
  double others = results::kNotMeasured;   ///< median of the other nodes
  double beyond = results::kNotMeasured;   ///< worse than the others by this: relative, or a share of the step's time
  double p_value = results::kNotMeasured;  ///< of a healthy node, adjusted by Holm over all lines
  bool stands_out = false;
  std::string different{};  ///< versions and clocks of the node's file that are not those of the others
};

/// A case that is ok on most nodes and not on this one.
struct FailedCase {
  std::string node;
  std::string subject;
  std::string reason;  ///< "oom: ..."
};

/// How a quantity moved since the baseline: of all nodes together, or of one node that the baseline holds too.
struct DriftLine {
  std::string node;  ///< empty: all nodes
  std::string subject;
  NodeQuantity quantity = NodeQuantity::kStep;
  double value = results::kNotMeasured;
  double baseline = results::kNotMeasured;
  double beyond = results::kNotMeasured;   ///< worse than the baseline by this; below 0: better
  double p_value = results::kNotMeasured;  ///< two-sided, adjusted by Holm over all of these lines
  bool drifted = false;
};

struct FleetOptions {
  double threshold = 0.02;  ///< the smallest difference that matters: relative, or a share of the step's time
};

/// The nodes of some files beside each other.
struct Fleet {
  double threshold = 0.0;
  std::vector<std::string> nodes;  ///< by name
  std::vector<FleetLine> lines;    ///< those that stand out first, the worst of them first
  std::vector<FailedCase> failures;
  std::vector<DriftLine> drifts;  ///< empty without a baseline
  std::vector<RefusedFile> refused;
  std::vector<std::string> notes;

  std::size_t outliers() const;  ///< lines that stand out
  std::size_t drifted() const;
  /// The nodes that a line or a failed case names.
  std::vector<std::string> bad_nodes() const;
  bool is_healthy() const { return bad_nodes().empty() && drifted() == 0; }
};

/// Says, in a sentence for people, what is tested and when a node stands out.
std::string fleet_criteria(double threshold);

/// Compares the nodes that `files` were measured on, each case with the same case on other nodes; what another config
/// or device measured is refused with its reason. `baseline` may be empty.
/// @throws InputError where fewer than two nodes can be compared and there is no baseline.
Fleet examine_fleet(std::span<const NamedFile> files, std::span<const NamedFile> baseline, const FleetOptions& options);

}  // namespace scalemark::analysis
