#pragma once

#include <cstddef>
#include <vector>

#include "config/experiment.h"

namespace scalemark::config {

/// Two cases, by index, whose ratio of step times stands in a table of the report.
struct ComparedPair {
  std::size_t base;
  std::size_t other;

  bool operator==(const ComparedPair&) const = default;
};

/// Every pair that a report compares when all cases are ok: the cases of a scaling series with its baseline (a fixed
/// batch per rank, a fixed global batch), and single changes of a key.
std::vector<ComparedPair> compared_pairs(const std::vector<CaseConfig>& cases);

/// Numbers the blocks from 1 in the order of their first cases: whatever is compared, be it through a third case,
/// shares a block.
void number_blocks(std::vector<CaseConfig>& cases);

}  // namespace scalemark::config
