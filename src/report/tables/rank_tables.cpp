#include "analysis/ranks/rank_findings.h"
#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
Section rank_finding_section(const std::vector<analysis::RankFinding>& findings) {
  using analysis::RankFinding;
  auto columns = key_columns<RankFinding>();
  columns.count("rank", "rank", &RankFinding::rank)
      .text("host", "host", &RankFinding::host)
      .text("", "device", &RankFinding::device)
      .text("device UUID", "device_uuid", &RankFinding::device_uuid)
      .text("finding", "finding", &RankFinding::kind)
      .interval("", "excess_seconds", Unit::kSeconds, &RankFinding::excess_seconds)
      .text("what was seen", "text", &RankFinding::text);
  return {"Stragglers and jitter", analysis::rank_criteria(),
          columns.table("stragglers", "No rank stands out.", findings)};
}

Section rank_time_section(const std::vector<analysis::RankSamples>& ranks) {
  using analysis::RankSamples;
  Columns<RankSamples> columns;
  columns.text("case", "case", [](const RankSamples& rank) { return rank.key.name; })
      .count("rank", "rank", &RankSamples::rank)
      .text("", "host", &RankSamples::host)
      .count("", "repetitions", &RankSamples::repetitions)
      .count("", "steps", &RankSamples::steps)
      .number("", "lowest_step_seconds", Unit::kSeconds, &RankSamples::lowest_seconds)
      .number("median", "median_step_seconds", Unit::kSeconds, &RankSamples::median_seconds)
      .number("highest", "highest_step_seconds", Unit::kSeconds, &RankSamples::highest_seconds)
      .number("compute", "compute_seconds", Unit::kSeconds, &RankSamples::compute_seconds)
      .number("first bucket", "first_bucket_seconds", Unit::kSeconds, &RankSamples::first_bucket_seconds);
  return {"Raw steps of every rank",
          "The steps of each rank in the full arm; compute: a step without reduction and input; first bucket: from "
          "the start of the rank's step to its first ready bucket.",
          columns.table("rank_times", "No case holds samples of the full arm.", ranks), false};
}

}  // namespace scalemark::report
