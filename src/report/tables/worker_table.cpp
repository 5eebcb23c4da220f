#include <fmt/format.h>

#include "report/tables/tables.h"

namespace scalemark::report {

Table worker_table(const std::vector<analysis::WorkerChoice>& choices) {
  Table table{"loader_workers",
              "Workers of the loader",
              "Of the counts that were tried, the smallest whose step time cannot be told apart from the fastest one's "
              "(by 1 % where a single repetition gives no interval), and why more do not help.",
              "",
              {text_column("case", "case"), text_column("tried", "counts"), number_column("best", "best"),
               number_column("images/s", "images_per_second", Unit::kImagesPerSecond),
               number_column("waiting for data", "waiting_fraction", Unit::kFraction), text_column("why", "why")},
              {}};
  for (const auto& choice : choices) {
    table.rows.push_back({choice.key.name, fmt::format("{}", fmt::join(choice.counts, " ")), std::int64_t{choice.best},
                          choice.images_per_second, choice.waiting_fraction, choice.why});
  }
  return table;
}

}  // namespace scalemark::report
