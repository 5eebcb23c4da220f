#include "results/shown_results.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <variant>

#include "core/text/shown_text.h"
#include "results/execution_columns.h"
#include "results/quantities.h"

namespace scalemark::results {
namespace {

void show_line(std::string& text) { text = shown_line(text); }

void show_lines(std::vector<std::string>& texts) {
  for (std::string& text : texts) show_line(text);
}

void show_value(std::string& value) { show_line(value); }
void show_value(double&) {}

template <typename Value>
void show_entries(std::map<std::string, Value>& entries) {
  std::map<std::string, Value> shown;
  for (auto& [key, value] : entries) {
    show_value(value);
    shown.emplace(shown_line(key), std::move(value));
  }
  entries = std::move(shown);
}

template <class Row>
void show_row(Row& row) {
  for (const auto& column : table_columns<Row>()) {
    const auto* const text = std::get_if<std::string Row::*>(&column.member);
    if (text != nullptr) show_line(row.**text);
  }
}

void show_case(CaseRecord& record) {
  show_row(record.row);
  for (RankRow& rank : record.rank_rows) show_row(rank);
  for (auto& [name, value] : record.parameters) {
    show_line(name);
    if (auto* const text = std::get_if<std::string>(&value)) show_line(*text);
  }
  for (const auto& text : kExecutionTexts) show_line(record.execution.*text.value);
  show_lines(record.phase_names);
  show_lines(record.skipped_images);
}

/// Two names that were told apart by what is not shown.
void keep_apart(std::vector<CaseRecord>& cases) {
  std::set<std::string> taken;
  std::map<std::string, int> next;  // of a name that was taken
  for (CaseRecord& record : cases) {
    std::string& id = record.row.case_id;
    const std::string shown = id;
    for (int& number = next.try_emplace(shown, 2).first->second; !taken.insert(id).second; ++number)
      id = fmt::format("{}-{}", shown, number);
    for (RankRow& rank : record.rank_rows) rank.case_id = id;
  }
}

void show_header(ResultFile& file) {
  for (std::string* text :
       {&file.title, &file.institution, &file.source, &file.created, &file.software_version, &file.git_commit})
    show_line(*text);
  file.history = shown_text(file.history);
  Provenance& provenance = file.provenance;
  for (std::string* text : {&provenance.config_hash, &provenance.command_line}) show_line(*text);
  for (std::string* text : {&provenance.config, &provenance.topology}) *text = shown_text(*text);
  show_entries(provenance.environment);
  show_entries(provenance.versions);
  show_entries(provenance.peaks);
  show_entries(provenance.startup_seconds);
  show_lines(provenance.hosts);
  show_lines(provenance.devices);
}

}  // namespace

ResultFile shown_results(ResultFile file) {
  show_header(file);
  for (CaseRecord& record : file.cases) show_case(record);
  keep_apart(file.cases);
  for (CommRecord& record : file.comm) {
    for (std::string* text : {&record.op, &record.backend, &record.type, &record.reduction, &record.links})
      show_line(*text);
    show_lines(record.choices);
  }
  return file;
}

}  // namespace scalemark::results
