#include "report/tables/tables.h"

namespace scalemark::report {

Table one_change_table(const std::vector<analysis::OneChange>& changes) {
  Table table{
      "one_change",
      "One change at a time",
      "Pairs of cases that differ in one key of the config (and in the learning rate that goes with it): the second "
      "case's throughput and peak memory over the first one's, and the test accuracy that it gains. The interval is "
      "Welch's over repetitions, which did not alternate; a single repetition gives none.",
      "No two cases differ in one key alone.",
      {text_column("what is changed", "key"), text_column("from", "from"), text_column("to", "to"),
       text_column("case without", "case_without"), text_column("case with", "case_with"),
       interval_column("throughput ratio", "throughput_ratio", Unit::kRatio),
       number_column("memory ratio", "peak_memory_ratio", Unit::kRatio),
       number_column("test accuracy gained", "test_accuracy_difference_fraction", Unit::kFraction)},
      {}};
  for (const auto& change : changes) {
    table.rows.push_back({change.key, change.from, change.to, change.without.name, change.with.name,
                          change.throughput_ratio, change.peak_memory_ratio, change.test_accuracy_difference});
  }
  return table;
}

}  // namespace scalemark::report
