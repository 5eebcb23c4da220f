#include "report/pages/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "report/pages/summary.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

std::string markdown_cell(const Cell& cell, Unit unit) {
  if (const auto* text = std::get_if<std::string>(&cell)) return markdown_escaped(*text);
  return cell_text(cell, unit);
}

std::string line_of(const std::vector<std::string>& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

std::string page_title(const analysis::Report& report) {
  const bool named = !report.files.empty() && !report.files.front().title.empty();
  return fmt::format("# Scaling report{}{}\n\n", named ? ": " : "",
                     named ? markdown_escaped(report.files.front().title) : "");
}

std::string configs(const analysis::Report& report) {
  std::string text;
  for (std::size_t index = 0; index < report.files.size(); ++index) {
    if (report.files[index].provenance.config.empty()) continue;  // published figures have none
    text += fmt::format("\n### Config of {}\n\n{}", analysis::file_name(index),
                        markdown_fence(report.files[index].provenance.config, "yaml"));
  }
  return text;
}

}  // namespace

std::string markdown_escaped(const std::string& text) {
  constexpr std::string_view kSpecial = "|`*<\\";
  std::string escaped;
  for (const char character : text) {
    if (character == '\n' || character == '\r') {
      escaped += ' ';
      continue;
    }
    if (kSpecial.find(character) != std::string_view::npos) escaped += '\\';
    escaped += character;
  }
  return escaped;
}

std::string markdown_fence(const std::string& text, const std::string& language) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char character : text) {
    run = character == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.empty() || text.back() == '\n' ? "" : "\n", fence);
}

std::string markdown_section(const Section& section) {
  const Table& table = section.table;
  std::string text = fmt::format("## {}\n\n{}\n\n", section.title, section.explanation);
  if (table.rows.empty()) return text + table.if_empty + "\n";
  std::vector<std::string> titles;
  std::vector<std::string> rulers;
  for (const auto& column : table.columns) {
    if (column.title.empty()) continue;
    titles.push_back(column.title);
    rulers.emplace_back(column.is_text() ? "---" : "---:");
  }
  text += line_of(titles) + line_of(rulers);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (table.columns[column].title.empty()) continue;
      cells.push_back(markdown_cell(row[column], table.columns[column].unit));
    }
    text += line_of(cells);
  }
  return text;
}

std::string markdown_page(const analysis::Report& report, const std::vector<Section>& sections) {
  std::string page = page_title(report);
  std::vector<std::string> summary;
  for (const auto& sentence : summary_of(report)) summary.push_back(markdown_escaped(sentence));
  page += fmt::format("{}\n", fmt::join(summary, " "));
  if (!report.notes.empty()) page += "\n";
  for (const auto& note : report.notes) page += fmt::format("- {}\n", markdown_escaped(note));
  for (const auto& section : sections) {
    if (!section.title.empty() && section.in_markdown) page += fmt::format("\n{}", markdown_section(section));
  }
  return page + configs(report);
}

}  // namespace scalemark::report
