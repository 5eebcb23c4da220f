#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

Cell where(bool known, std::int64_t value) { return known ? Cell{value} : Cell{}; }

}  // namespace

Section largest_batch_section(const std::vector<analysis::LargestBatch>& found) {
  using analysis::LargestBatch;
  Columns<LargestBatch> columns;
  columns.text("case", "case", [](const LargestBatch& one) { return one.key.name; })
      .count("ranks", "ranks", [](const LargestBatch& one) { return one.key.ranks; })
      .count("largest batch per rank", "largest_batch_per_rank",
             [](const LargestBatch& one) { return where(one.fits, one.key.batch_per_rank); })
      .count("step", "batch_step", [](const LargestBatch& one) { return where(one.fits, one.step); })
      .number("peak memory", "peak_memory_bytes", Unit::kBytes, &LargestBatch::peak_memory_bytes)
      .count("does not fit", "refused_batch_per_rank",
             [](const LargestBatch& one) { return where(one.refused_batch > 0, one.refused_batch); })
      .count("batches tried", "probes", &LargestBatch::probes)
      .text("", "refusal", &LargestBatch::reason);
  return {"Largest batch that fits",
          "The largest batch per rank that fits, and the smallest one tried that does not, one step larger. Both were "
          "found by doubling and bisection over short cases, which the file holds. If no batch failed to fit, the data "
          "set ended first.",
          columns.table("largest_batch", "No case asked for its largest batch (max_batch: true).", found)};
}

}  // namespace scalemark::report
