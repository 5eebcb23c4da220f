#include "analysis/ranks/spikes.h"
#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Section step_spread_section(const std::vector<analysis::StepSpread>& spreads) {
  using analysis::StepSpread;
  auto columns = key_columns<StepSpread>();
  columns.count("steps", "steps", &StepSpread::steps)
      .number("mean", "mean_seconds", Unit::kSeconds, &StepSpread::mean_seconds)
      .number("typical (p50)", "p50_seconds", Unit::kSeconds, &StepSpread::p50_seconds)
      .number("p95", "p95_seconds", Unit::kSeconds, &StepSpread::p95_seconds)
      .number("p99", "p99_seconds", Unit::kSeconds, &StepSpread::p99_seconds)
      .number("slowest", "slowest_seconds", Unit::kSeconds, &StepSpread::slowest_seconds)
      .number("scatter within", "within_repetitions_fraction", Unit::kFraction, &StepSpread::within_fraction)
      .number("between repetitions", "between_repetitions_fraction", Unit::kFraction, &StepSpread::between_fraction)
      .number("", "excess_fraction", Unit::kFraction, &StepSpread::excess_fraction)
      .count("", "stalls", &StepSpread::stalls)
      .text("stalls", "finding", &StepSpread::finding);
  return {"Steps one by one",
          "The timed steps of the full arm, each as long as its slowest rank. A percentile is given where at least "
          "two steps are expected beyond it. Scatter is a standard deviation divided by the mean. Within: that of "
          "the steps around the mean of their repetition. Between: that of the repetitions' means. If mean and "
          "typical step differ by more than 2 %, the last column says how much of the time is beyond the typical "
          "step, and how often. Stalls " +
              analysis::spike_criterion() + ".",
          columns.table("steps", "No case holds samples of the full arm.", spreads)};
}

}  // namespace scalemark::report
