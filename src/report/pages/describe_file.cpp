#include <fmt/format.h>

#include <map>
#include <set>

#include "report/report.h"
#include "report/tables/text_table.h"

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
  for (const auto& record : file.cases) ++count[results::to_string(record.row.status)];
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

Table case_table(const ResultFile& file) {
  Table table;
  table.columns = {text_column("case", ""),
                   text_column("label", ""),
                   text_column("status", ""),
                   number_column("ranks", ""),
                   number_column("batch/rank", ""),
                   text_column("repetitions", ""),
                   interval_column("step time", "", Unit::kSeconds),
                   text_column("arms", "")};
  for (const auto& record : file.cases) {
    const results::CaseRow& row = record.row;
    const std::size_t held = analysis::arm_seconds(record, "full").size();
    table.rows.push_back({row.case_id, row.label, std::string(results::to_string(row.status)), std::int64_t{row.ranks},
                          row.batch_per_rank, fmt::format("{} of {}", held, record.planned_repetitions),
                          Interval{row.step_seconds, row.step_seconds_low, row.step_seconds_high}, arms_of(record)});
  }
  return table;
}

}  // namespace

std::string describe_file(const ResultFile& file) {
  std::string text = line("title", file.title) + line("institution", file.institution) + line("created", file.created) +
                     line("software version", file.software_version) + line("git commit", file.git_commit) +
                     line("command", file.provenance.command_line) + line("hosts", distinct(file.provenance.hosts)) +
                     line("devices", devices_of(file)) + line("versions", versions_of(file)) + networks_of(file) +
                     line("cases", statuses_of(file));
  if (!file.cases.empty()) text += fmt::format("\n{}", text_table(case_table(file)));
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
