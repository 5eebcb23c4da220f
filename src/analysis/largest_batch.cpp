#include "analysis/largest_batch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "results/schema.h"

namespace scalemark::report {
namespace {

using results::CaseStatus;

template <typename Value>
const Value* parameter(const MeasuredCase& one, const char* name) {
  const auto& parameters = one.record->parameters;
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& entry) { return entry.first == name; });
  return found == parameters.end() ? nullptr : std::get_if<Value>(&found->second);
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

Table largest_batch_table(const std::vector<LargestBatch>& found) {
  Table table{
      "largest_batch",
      "Largest batch that fits",
      "Found by doubling and bisection over short cases, which the file holds: the batch per rank that fits, and "
      "the smallest one tried that does not, one step further. Without the latter the data set ended first.",
      "No case asked for its largest batch (max_batch: true).",
      {text_column("case", "case"), number_column("ranks", "ranks"),
       number_column("largest batch per rank", "largest_batch_per_rank"), number_column("step", "batch_step"),
       number_column("peak memory", "peak_memory_bytes", Unit::kBytes),
       number_column("does not fit", "refused_batch_per_rank"), number_column("batches tried", "probes"),
       text_column("", "refusal")},
      {}};
  for (const auto& one : found) {
    const auto or_none = [](bool there, std::int64_t value) { return there ? Cell(value) : Cell(); };
    table.rows.push_back({one.key.name, std::int64_t{one.key.ranks}, or_none(one.fits, one.key.batch_per_rank),
                          or_none(one.fits, one.step), one.peak_memory_bytes,
                          or_none(one.refused_batch > 0, one.refused_batch), static_cast<std::int64_t>(one.probes),
                          one.reason});
  }
  return table;
}

}  // namespace scalemark::report
