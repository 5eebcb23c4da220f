#include <set>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "report/json/table_json.h"
#include "report/report.h"
#include "report/tables/columns.h"
#include "results/case_summary.h"

namespace scalemark::report {
namespace {

using results::CaseRecord;
using results::CommRecord;
using results::ResultFile;

std::vector<std::string> distinct_of(const std::vector<std::string>& values) {
  const std::set<std::string> distinct(values.begin(), values.end());
  return {distinct.begin(), distinct.end()};
}

std::int64_t done_repetitions(const CaseRecord& record) {
  return static_cast<std::int64_t>(analysis::arm_seconds(record, "full").size());
}

std::string names_of_arms(const CaseRecord& record) {
  std::string names;
  for (const auto& [name, samples] : record.arms) names += (names.empty() ? "" : " ") + name;
  return names;
}

Table described_case_rows(const ResultFile& file) {
  Columns<CaseRecord> columns;
  columns.text("case", "case", [](const CaseRecord& record) { return record.row.case_id; })
      .text("label", "label", [](const CaseRecord& record) { return record.row.label; })
      .text("status", "status", [](const CaseRecord& record) { return results::status_text(record.row); })
      .text("reason", "reason", [](const CaseRecord& record) { return record.row.reason; })
      .text("model", "model", [](const CaseRecord& record) { return record.row.model; })
      .count("parameters", "parameters", [](const CaseRecord& record) { return record.row.parameters; })
      .count("ranks", "ranks", [](const CaseRecord& record) { return record.row.ranks; })
      .count("batch/rank", "batch_per_rank", [](const CaseRecord& record) { return record.row.batch_per_rank; })
      .count("repetitions", "repetitions", done_repetitions)
      .count("planned", "planned_repetitions", [](const CaseRecord& record) { return record.planned_repetitions; })
      .interval("step time", "step_seconds", Unit::kSeconds,
                [](const CaseRecord& record) {
                  const results::CaseRow row = results::row_from_samples(record);
                  return Interval{row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high};
                })
      .text("arms", "arms", names_of_arms);
  return columns.table("cases", "", file.cases);
}

Table described_collectives(const ResultFile& file) {
  Columns<CommRecord> columns;
  columns.text("collective", "op", &CommRecord::op)
      .text("backend", "backend", &CommRecord::backend)
      .text("type", "type", &CommRecord::type)
      .count("ranks", "ranks", &CommRecord::ranks)
      .count("repetitions", "repetitions", &CommRecord::repetitions)
      .count("sizes", "sizes", [](const CommRecord& record) { return record.bytes.size(); })
      .text("links", "links", &CommRecord::links);
  return columns.table("comm", "", file.comm);
}

}  // namespace

std::string file_json(const ResultFile& file) {
  return json_document("info", [&](JsonWriter& json) {
    json.member("of", "file")
        .member("title", file.title)
        .member("institution", file.institution)
        .member("created", file.created)
        .member("file_version", file.software_version)
        .member("file_git_commit", file.git_commit)
        .member("schema_minor", file.schema_minor)
        .member("command_line", file.provenance.command_line)
        .member("hosts", distinct_of(file.provenance.hosts))
        .member("devices", distinct_of(file.provenance.devices))
        .member("libraries", file.provenance.versions);
    json.key("tables").begin_object();
    add_table(json, described_case_rows(file), "");
    add_table(json, described_collectives(file), "");
    json.end_object();
  });
}

}  // namespace scalemark::report
