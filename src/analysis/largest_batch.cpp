#include "analysis/largest_batch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "results/schema.h"

namespace scalemark::analysis {
namespace {

using results::CaseStatus;

template <typename Value>
const Value* parameter(const MeasuredCase& one, const char* name) {
  return std::get_if<Value>(results::find_parameter(*one.record, name));
}

bool is_probe_of(const MeasuredCase& probe, const MeasuredCase& searched) {
  const auto* of = parameter<std::string>(probe, results::schema::kProbeOf);
  return of != nullptr && probe.file_index == searched.file_index && *of == searched.record->row.case_id;
}

// A probe whose loss was not finite had memory enough.
bool fits(const results::CaseRow& row) { return row.status == CaseStatus::kOk || row.status == CaseStatus::kInvalid; }

void count_probe(const results::CaseRow& row, LargestBatch& found) {
  ++found.probes;
  if (fits(row)) {
    if (row.batch_per_rank == found.key.batch_per_rank) found.peak_memory_bytes = row.peak_memory_bytes;
  } else if (found.refused_batch == 0 || row.batch_per_rank < found.refused_batch) {
    found.refused_batch = row.batch_per_rank;
    found.reason = row.reason;
  }
}

}  // namespace

std::vector<LargestBatch> largest_batches(const CaseSet& set) {
  std::vector<LargestBatch> all;
  for (const auto& searched : set.cases) {
    const auto* step = parameter<std::int64_t>(searched, results::schema::kBatchStep);
    LargestBatch found{searched.key, step != nullptr, step == nullptr ? 0 : *step, results::kNotMeasured, 0, "", 0};
    for (const auto& probe : set.probes) {
      if (is_probe_of(probe, searched)) count_probe(probe.record->row, found);
    }
    if (found.probes > 0) all.push_back(std::move(found));
  }
  return all;
}

}  // namespace scalemark::analysis
