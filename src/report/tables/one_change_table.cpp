#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Section one_change_section(const std::vector<analysis::OneChange>& changes) {
  using analysis::OneChange;
  Columns<OneChange> columns;
  columns.text("what is changed", "key", &OneChange::key)
      .text("from", "from", &OneChange::from)
      .text("to", "to", &OneChange::to)
      .text("case without", "case_without", [](const OneChange& change) { return change.without.name; })
      .text("case with", "case_with", [](const OneChange& change) { return change.with.name; })
      .interval("throughput ratio", "throughput_ratio", Unit::kRatio, &OneChange::throughput_ratio)
      .text("interval", "interval", [](const OneChange& change) { return change.paired ? "paired" : "not paired"; })
      .number("memory ratio", "peak_memory_ratio", Unit::kRatio, &OneChange::peak_memory_ratio)
      .number("test accuracy gained", "test_accuracy_difference_fraction", Unit::kFraction,
              &OneChange::test_accuracy_difference)
      .text("precision", "precision", &OneChange::precision);
  return {"One change at a time",
          "Pairs of cases that differ in one key of the config (and in the learning rate that goes with it). The "
          "ratios are the second case's throughput and peak memory over the first one's; the accuracy is the "
          "difference. The interval is over repetitions: paired if the two cases took turns, Welch's if not. A single "
          "repetition gives none.",
          columns.table("one_change", "No two cases differ in one key alone.", changes)};
}

}  // namespace scalemark::report
