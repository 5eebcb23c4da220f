#include "report/tables/tables.h"

namespace scalemark::report {

Table largest_batch_table(const std::vector<analysis::LargestBatch>& found) {
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
