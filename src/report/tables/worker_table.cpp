#include <fmt/format.h>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Section worker_section(const std::vector<analysis::WorkerChoice>& choices) {
  using analysis::WorkerChoice;
  Columns<WorkerChoice> columns;
  columns.text("case", "case", [](const WorkerChoice& choice) { return choice.key.name; })
      .text("tried", "counts",
            [](const WorkerChoice& choice) { return fmt::format("{}", fmt::join(choice.counts, " ")); })
      .count("best", "best", &WorkerChoice::best)
      .number("images/s", "images_per_second", Unit::kImagesPerSecond, &WorkerChoice::images_per_second)
      .number("waiting for data", "waiting_fraction", Unit::kFraction, &WorkerChoice::waiting_fraction)
      .text("why", "why", &WorkerChoice::why);
  return {"Workers of the loader",
          "The smallest count whose step time cannot be told apart from the fastest one's (within 1 % if a single "
          "repetition gives no interval), and why more workers do not help.",
          columns.table("loader_workers", "", choices)};
}

}  // namespace scalemark::report
