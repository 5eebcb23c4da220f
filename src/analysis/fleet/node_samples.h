#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/quantity_text.h"
#include "results/records.h"

namespace scalemark::analysis {

/// What nodes are compared by.
enum class NodeQuantity : std::size_t { kStep, kBandwidth, kLoading, kSpikes, kClock, kMemory };

struct NodeQuantityRow {
  NodeQuantity quantity;
  const char* name;
  Unit unit;
  bool less_is_worse;
  bool is_share;  ///< of a step's time: nodes are compared by differences, else by ratios
  const char* meaning;
};

/// The catalogue of what nodes are compared by, in the order of NodeQuantity.
const std::array<NodeQuantityRow, 6>& node_quantities();
const NodeQuantityRow& row_of(NodeQuantity quantity);

/// One quantity of one node in one case, or of one collective.
struct NodeSamples {
  std::string subject;      ///< the case's name, or "all_reduce of 128 MiB"
  std::string subject_key;  ///< equal for the same work (comparison/comparable_cases.h)
  NodeQuantity quantity = NodeQuantity::kStep;
  std::string node;
  std::size_t file_index = 0;
  std::vector<double> values;  ///< [repetition] in the quantity's unit
};

/// What an ok case says of each of its hosts; a host that was not recorded has the file's name. On one host that is the
/// whole step, and the bandwidth of its reductions. On several, where ranks wait for each other, the steps are those of
/// the arm no_sync without each rank's own wait for its batch, and the bandwidth is nobody's.
void add_case_samples(const MeasuredCase& one, std::size_t file_index, const std::string& file_name,
                      std::vector<NodeSamples>& samples);

/// The bandwidth of each collective of `scalemark comm` at its largest size, of a file from one host.
void add_collective_samples(const results::ResultFile& file, std::size_t file_index, const std::string& file_name,
                            std::vector<NodeSamples>& samples);

}  // namespace scalemark::analysis
