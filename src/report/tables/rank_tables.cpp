#include "analysis/rank_findings.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Table rank_finding_table(const std::vector<analysis::RankFinding>& findings) {
  Table table{"stragglers",          "Stragglers and jitter", analysis::rank_criteria(),
              "No rank stands out.", key_columns(),           {}};
  const std::vector<Column> rest{
      number_column("rank", "rank"),       text_column("host", "host"),
      text_column("", "device"),           text_column("device UUID", "device_uuid"),
      text_column("finding", "finding"),   interval_column("", "excess_seconds", Unit::kSeconds),
      text_column("what was seen", "text")};
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

Table rank_time_table(const std::vector<analysis::RankSamples>& ranks) {
  Table table{"rank_times",
              "",
              "The steps of each rank in the full arm; compute: a step without reduction and input; first bucket: from "
              "the start of the rank's step to its first ready bucket.",
              "No case holds samples of the full arm.",
              {},
              {}};
  table.columns = {text_column("case", "case"),
                   number_column("rank", "rank"),
                   text_column("", "host"),
                   number_column("", "repetitions"),
                   number_column("", "steps"),
                   number_column("", "lowest_step_seconds", Unit::kSeconds),
                   number_column("median", "median_step_seconds", Unit::kSeconds),
                   number_column("highest", "highest_step_seconds", Unit::kSeconds),
                   number_column("compute", "compute_seconds", Unit::kSeconds),
                   number_column("first bucket", "first_bucket_seconds", Unit::kSeconds)};
  for (const auto& rank : ranks) {
    table.rows.push_back({rank.key.name, std::int64_t{rank.rank}, rank.host, rank.repetitions, rank.steps,
                          rank.lowest_seconds, rank.median_seconds, rank.highest_seconds, rank.compute_seconds,
                          rank.first_bucket_seconds});
  }
  return table;
}

Table loss_table(const std::vector<analysis::TrainingCurve>& curves) {
  Table table{"loss", "", "Loss of every step, as the mean over ranks, warm-up included.", "No case holds a loss.",
              {},     {}};
  table.columns = {text_column("case", "case"), number_column("step", "step"), number_column("loss", "loss")};
  for (const auto& curve : curves) {
    for (std::size_t step = 0; step < curve.loss.size(); ++step) {
      table.rows.push_back({curve.key.name, static_cast<std::int64_t>(step), curve.loss[step]});
    }
  }
  return table;
}

}  // namespace scalemark::report
