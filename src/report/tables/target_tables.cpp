#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/tables/columns.h"
#include "report/tables/tables.h"
#include "report/tables/target_text.h"

namespace scalemark::report {
namespace {

using analysis::TimeToAccuracy;
using analysis::TrainingSpeedup;

constexpr const char* kTimeMethod =
    "Each seed trained until its accuracy on the whole test set reached the target. Seconds, epochs, images and joules "
    "are those of training before the first evaluation that reached it, as MLPerf counts; evaluations are left out. "
    "The number is the mean over seeds. Its interval is 95 %: from the t interval's lower bound for the evaluation "
    "before to its upper bound for the evaluation that reached the target, since the target was crossed somewhere "
    "between the two; each with at least the variance that an unknown place within the evaluations has (width squared "
    "/ 12). Of one seed it holds these two evaluations alone. Epochs are images trained on / images of the training "
    "set. Images/s: all images trained on / all seconds of training, over the seeds that ended. Where a seed fell "
    "short, no time is given. Best accuracy: the highest that each seed's evaluations saw, mean over seeds.";

constexpr const char* kSpeedupMethod =
    "Against the case at the fewest ranks that differs in ranks, and in learning rate and global batch, alone. "
    "Throughput speed-up: its images/s of the training / those of the baseline. Epochs, baseline / case: below 1 the "
    "case needs more epochs. Training speed-up: seconds to the target of the baseline / those of the case; it is the "
    "product of the other two, since all three are of the same means over the same seeds. Intervals are 95 %, "
    "Student's t over seeds (of the logarithm), paired where both sides ran the same seeds, else Welch's. Those of "
    "epochs and of the training speed-up reach from the least ratio that the evaluations around the target allow to "
    "the largest.";

bool has_joules(const TimeToAccuracy& one) { return std::isfinite(one.joules.estimate); }

std::string time_remark(const TimeToAccuracy& one) {
  if (!one.withheld.empty()) return one.withheld;
  return one.reached == 1 ? "one seed: the interval is that of two evaluations" : "";
}

std::string speedup_remark(const TrainingSpeedup& row) { return row.refusal.empty() ? row.caveat : row.refusal; }

std::string interval_of(const TrainingSpeedup& row) {
  if (!row.refusal.empty()) return "";
  if (row.seeds < 2) return "one seed";
  return row.paired ? "paired" : "not paired";
}

void add_technique(Columns<TimeToAccuracy>& columns, const std::vector<TimeToAccuracy>& times) {
  const bool differ = std::ranges::any_of(times, [](const auto& one) { return !one.technique.empty(); });
  columns.text(differ ? "technique" : "", "technique", &TimeToAccuracy::technique)
      .number("", "learning_rate", Unit::kNone, &TimeToAccuracy::learning_rate);
}

std::string speedup_note(const std::vector<TrainingSpeedup>& rows) {
  const auto* row = headline_speedup(rows);
  return row ? survival_sentence(*row) : "";
}

}  // namespace

Section time_to_accuracy_section(const std::vector<TimeToAccuracy>& times) {
  const char* joules_title = std::ranges::any_of(times, has_joules) ? "energy" : "";
  auto columns = key_columns<TimeToAccuracy>();
  add_technique(columns, times);
  columns.number("target", "target_accuracy_fraction", Unit::kFraction, &TimeToAccuracy::target)
      .text("seeds that reached it", "seeds_reached", analysis::seeds_text)
      .interval("time", "seconds", Unit::kSeconds, &TimeToAccuracy::seconds)
      .remarked(time_remark)
      .interval("epochs", "epochs", Unit::kRatio, &TimeToAccuracy::epochs)
      .interval("images", "images", Unit::kCount, &TimeToAccuracy::images)
      .interval(joules_title, "joules", Unit::kJoules, &TimeToAccuracy::joules)
      .interval("images/s", "images_per_second", Unit::kImagesPerSecond, &TimeToAccuracy::images_per_second)
      .number("best accuracy", "best_accuracy_fraction", Unit::kFraction, &TimeToAccuracy::best_accuracy)
      .number("", "evaluate_every_epochs", Unit::kNone, &TimeToAccuracy::evaluate_every_epochs)
      .number("", "most_epochs", Unit::kNone, &TimeToAccuracy::most_epochs)
      .count("", "seeds", &TimeToAccuracy::seeds)
      .remarks("remark", "remark", time_remark);
  return {"Time to accuracy", kTimeMethod,
          columns.table("time_to_accuracy", "No case trained to a test accuracy.", times)};
}

Section training_speedup_section(const std::vector<TrainingSpeedup>& rows) {
  const bool differ = std::ranges::any_of(rows, [](const auto& row) { return !row.technique.empty(); });
  auto columns = key_columns<TrainingSpeedup>();
  columns.text(differ ? "technique" : "", "technique", &TrainingSpeedup::technique)
      .text("held fixed", "held_fixed", &TrainingSpeedup::held)
      .number("target", "target_accuracy_fraction", Unit::kFraction, &TrainingSpeedup::target)
      .text("baseline", "baseline", &TrainingSpeedup::baseline)
      .interval("throughput speed-up", "throughput_speedup", Unit::kRatio, &TrainingSpeedup::throughput_speedup)
      .interval("epochs, baseline / case", "epochs_ratio", Unit::kRatio, &TrainingSpeedup::epochs_ratio)
      .interval("training speed-up", "training_speedup", Unit::kRatio, &TrainingSpeedup::speedup)
      .remarked(speedup_remark)
      .text("interval", "interval", interval_of)
      .count("", "baseline_ranks", &TrainingSpeedup::baseline_ranks)
      .count("", "baseline_global_batch", &TrainingSpeedup::baseline_global_batch)
      .count("", "seeds", &TrainingSpeedup::seeds)
      .remarks("remark", "remark", speedup_remark);
  Section section{
      "Training speed-up", kSpeedupMethod,
      columns.table("training_speedup", "No two comparable trainings ran on different numbers of ranks.", rows)};
  section.note = speedup_note(rows);
  return section;
}

}  // namespace scalemark::report
