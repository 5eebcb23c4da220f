#include "report/rank_findings.h"
#include "report/tables.h"

namespace scalemark::report {

Table rank_finding_table(const std::vector<RankFinding>& findings) {
  Table table{"stragglers", "Stragglers and jitter", rank_criteria(), "No rank stands out.", key_columns(), {}};
  const std::vector<Column> rest{
      {"rank", "rank", Unit::kNone, false, false},        {"host", "host", Unit::kNone, true, false},
      {"", "device", Unit::kNone, true, false},           {"device UUID", "device_uuid", Unit::kNone, true, false},
      {"finding", "finding", Unit::kNone, true, false},   {"", "excess_seconds", Unit::kSeconds, false, true},
      {"what was seen", "text", Unit::kNone, true, false}};
  table.columns.insert(table.columns.end(), rest.begin(), rest.end());
  for (const auto& finding : findings) {
    std::vector<Cell> cells = key_cells(finding.key);
    const std::vector<Cell> seen{
        std::int64_t{finding.rank}, finding.host, finding.device, finding.device_uuid, finding.kind,
        finding.excess_seconds,     finding.text};
    cells.insert(cells.end(), seen.begin(), seen.end());
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table rank_time_table(const std::vector<RankSamples>& ranks) {
  Table table{"rank_times",
              "",
              "The steps of each rank in the full arm; compute: a step without reduction and input; first bucket: from "
              "the start of the rank's step to its first ready bucket.",
              "No case holds samples of the full arm.",
              {},
              {}};
  table.columns = {{"case", "case", Unit::kNone, true, false},
                   {"rank", "rank", Unit::kNone, false, false},
                   {"", "host", Unit::kNone, true, false},
                   {"", "repetitions", Unit::kNone, false, false},
                   {"", "steps", Unit::kNone, false, false},
                   {"", "lowest_step_seconds", Unit::kSeconds, false, false},
                   {"median", "median_step_seconds", Unit::kSeconds, false, false},
                   {"highest", "highest_step_seconds", Unit::kSeconds, false, false},
                   {"compute", "compute_seconds", Unit::kSeconds, false, false},
                   {"first bucket", "first_bucket_seconds", Unit::kSeconds, false, false}};
  for (const auto& rank : ranks) {
    table.rows.push_back({rank.key.name, std::int64_t{rank.rank}, rank.host, rank.repetitions, rank.steps,
                          rank.lowest_seconds, rank.median_seconds, rank.highest_seconds, rank.compute_seconds,
                          rank.first_bucket_seconds});
  }
  return table;
}

Table loss_table(const std::vector<TrainingCurve>& curves) {
  Table table{"loss", "", "Loss of every step, as the mean over ranks, warm-up included.", "No case holds a loss.",
              {},     {}};
  table.columns = {{"case", "case", Unit::kNone, true, false},
                   {"step", "step", Unit::kNone, false, false},
                   {"loss", "loss", Unit::kNone, false, false}};
  for (const auto& curve : curves) {
    for (std::size_t step = 0; step < curve.loss.size(); ++step) {
      table.rows.push_back({curve.key.name, static_cast<std::int64_t>(step), curve.loss[step]});
    }
  }
  return table;
}

}  // namespace scalemark::report
