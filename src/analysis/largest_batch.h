#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// What a search for the largest batch that fits ended with.
struct LargestBatch {
  CaseKey key;                     ///< of the case that was searched for; its batch is the largest that fits
  bool fits = false;               ///< false: not even the first batch did
  std::int64_t step = 0;           ///< images
  double peak_memory_bytes = 0;    ///< of the largest batch's probe, of the rank with the highest peak
  std::int64_t refused_batch = 0;  ///< per rank, the smallest that does not fit; 0 where the data set ended first
  std::string reason;              ///< why that one does not
  std::size_t probes = 0;          ///< batches that were tried
};

/// What the probes of `set` found, one entry for each case that was searched for.
std::vector<LargestBatch> largest_batches(const CaseSet& set);

}  // namespace scalemark::analysis
