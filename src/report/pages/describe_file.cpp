#include <fmt/format.h>

#include <map>
#include <set>

#include "report/report.h"
#include "report/tables/columns.h"
#include "report/tables/text_table.h"
#include "results/case_summary.h"

namespace scalemark::report {
namespace {

using results::ResultFile;

std::string line(const std::string& name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<18}{}\n", name, value);
}

std::string distinct(const std::vector<std::string>& values) {
  return fmt::format("{}", fmt::join(std::set<std::string>(values.begin(), values.end()), ", "));
}

std::string devices_of(const ResultFile& file) {
  std::set<std::string> models;
  for (const auto& record : file.cases) {
    for (const auto& rank : record.rank_rows) models.insert(rank.device);
  }
  return models.empty() ? distinct(file.provenance.devices) : fmt::format("{}", fmt::join(models, ", "));
}

std::string statuses_of(const ResultFile& file) {
  std::map<std::string, int> count;
  for (const auto& record : file.cases) ++count[results::status_text(record.row)];
  std::vector<std::string> parts;
  parts.reserve(count.size());
  for (const auto& [status, number] : count) parts.push_back(fmt::format("{} {}", number, status));
  return parts.empty() ? "none" : fmt::format("{} ({})", file.cases.size(), fmt::join(parts, ", "));
}

std::string versions_of(const ResultFile& file) {
  std::vector<std::string> parts;
  parts.reserve(file.provenance.versions.size());
  for (const auto& [name, version] : file.provenance.versions) parts.push_back(fmt::format("{} {}", name, version));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// One line for each network that was trained; a file of an older version holds its parameters alone.
std::string networks_of(const ResultFile& file) {
  std::set<std::string> networks;
  for (const auto& record : file.cases) {
    if (record.row.parameters == 0) continue;
    std::string text = fmt::format("{}: {} parameters", record.row.model, record.row.parameters);
    if (record.gradients) text += fmt::format(", {} gradients", *record.gradients);
    if (record.convolution_layers) text += fmt::format(", {} convolution layers", *record.convolution_layers);
    networks.insert(std::move(text));
  }
  std::string lines;
  for (const auto& network : networks) lines += line("network", network);
  return lines;
}

std::string arms_of(const results::CaseRecord& record) {
  std::vector<std::string> names;
  for (const auto& arm : record.arms) names.push_back(arm.first);
  return fmt::format("{}", fmt::join(names, " "));
}

Table described_cases(const ResultFile& file) {
  using results::CaseRecord;
  Columns<CaseRecord> columns;
  columns.text("case", "", [](const CaseRecord& record) { return record.row.case_id; })
      .text("label", "", [](const CaseRecord& record) { return record.row.label; })
      .text("status", "", [](const CaseRecord& record) { return results::status_text(record.row); })
      .count("ranks", "", [](const CaseRecord& record) { return record.row.ranks; })
      .count("batch/rank", "", [](const CaseRecord& record) { return record.row.batch_per_rank; })
      .text("repetitions", "",
            [](const CaseRecord& record) {
              return fmt::format("{} of {}", analysis::arm_seconds(record, "full").size(), record.planned_repetitions);
            })
      .interval("step time", "", Unit::kSeconds,
                [](const CaseRecord& record) {
                  const results::CaseRow row = results::row_from_samples(record);
                  return Interval{row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high};
                })
      .text("arms", "", arms_of);
  return columns.table("", "", file.cases);
}

}  // namespace

std::string describe_file(const ResultFile& file) {
  std::string text = line("title", file.title) + line("institution", file.institution) + line("created", file.created) +
                     line("software version", file.software_version) + line("git commit", file.git_commit) +
                     line("command", file.provenance.command_line) + line("hosts", distinct(file.provenance.hosts)) +
                     line("devices", devices_of(file)) + line("versions", versions_of(file)) + networks_of(file) +
                     line("cases", statuses_of(file));
  if (!file.cases.empty()) text += fmt::format("\n{}", text_table(described_cases(file)));
  for (const auto& record : file.cases) {
    if (record.skipped_steps.value_or(0) > 0) {
      text += fmt::format("{}: {} of {} steps were left out, because fp16 gradients were not finite\n",
                          record.row.case_id, *record.skipped_steps, record.loss.size());
    }
    if (!record.row.reason.empty()) text += fmt::format("{}: {}\n", record.row.case_id, record.row.reason);
  }
  return text;
}

}  // namespace scalemark::report
