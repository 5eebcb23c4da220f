#include <algorithm>
#include <cmath>
#include <iterator>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;

constexpr double kProjectedEpochs = 100;

double steps_of(const CaseLine& line) {
  return static_cast<double>(line.images) / static_cast<double>(line.row.global_batch);
}

Interval estimated_epoch(const CaseLine& line) {
  return scaled({line.row.step_mean_seconds, line.row.step_mean_seconds_low, line.row.step_mean_seconds_high},
                steps_of(line));
}

double projected_seconds(const CaseLine& line) {
  const results::CaseRow& row = line.row;
  const double measured = line.later_epochs_mean_seconds;
  const double epoch = std::isfinite(measured) ? measured : steps_of(line) * row.step_mean_seconds;
  // The first epoch pays for the cold start once, however many follow.
  const double first = std::isfinite(row.first_epoch_seconds) ? row.first_epoch_seconds : epoch;
  return first + (kProjectedEpochs - 1) * epoch;
}

bool has_epochs(const CaseLine& line) {
  const bool measured = line.row.status == results::CaseStatus::kOk && !line.published && !line.has_target;
  return measured && line.images > 0 && line.row.global_batch > 0;
}

}  // namespace

Section epoch_section(const std::vector<CaseLine>& cases) {
  const bool measured = std::ranges::any_of(cases, [](const CaseLine& line) { return line.images_per_epoch > 0; });
  auto columns = key_columns<CaseLine>();
  columns.interval("estimated epoch", "epoch_seconds_estimated", Unit::kSeconds, estimated_epoch)
      .number("measured epoch", "epoch_mean_seconds", Unit::kSeconds, &CaseLine::later_epochs_mean_seconds)
      .number("", "epoch_seconds", Unit::kSeconds, [](const CaseLine& line) { return line.row.epoch_seconds; })
      .number("first epoch", "first_epoch_seconds", Unit::kSeconds,
              [](const CaseLine& line) { return line.row.first_epoch_seconds; })
      .count(measured ? "images of a measured epoch" : "", "images_per_epoch",
             [](const CaseLine& line) { return batch_cell(line.images_per_epoch); })
      .number("loading", "epoch_load_seconds", Unit::kSeconds,
              [](const CaseLine& line) { return steps_of(line) * line.row.load_seconds; })
      .number("compute", "epoch_compute_seconds", Unit::kSeconds,
              [](const CaseLine& line) { return steps_of(line) * line.row.compute_seconds; })
      .number("100 epochs", "hundred_epochs_seconds", Unit::kSeconds, projected_seconds)
      .text("100 epochs from", "hundred_epochs_from", [](const CaseLine& line) {
        return std::isfinite(line.later_epochs_mean_seconds) ? "measured epochs" : "estimated epochs";
      });
  std::vector<CaseLine> shown;
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(shown), has_epochs);
  return {"Epochs",
          "Estimated: images / global batch x step time. Measured, if measure.epochs asks for it: the mean of all "
          "epochs but the first, which includes the cost of the start. Measured epochs train on whole batches only; "
          "their times are scaled to every image of the data set once. Loading and compute (forward, backward, "
          "optimizer) are those of the phase pass, per epoch; what a worker loads meanwhile is in neither. 100 "
          "epochs: the first one and 99 others, measured if there are measured ones, otherwise estimated.",
          columns.table("epochs", "No case holds the number of its data set's images.", shown)};
}

}  // namespace scalemark::report
