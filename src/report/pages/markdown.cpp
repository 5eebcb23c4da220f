#include "report/pages/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "report/pages/header.h"
#include "report/pages/overview.h"
#include "report/pages/said_once.h"
#include "report/pages/summary.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

std::string markdown_cell(const Cell& cell, Unit unit) {
  if (const auto* text = std::get_if<std::string>(&cell)) return markdown_escaped(*text);
  return cell_text(cell, unit);
}

std::string line_of(const std::vector<std::string>& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

std::string opening(const analysis::Report& report, const std::vector<PageBeside>& beside) {
  std::string text = fmt::format("# {}\n\n", markdown_escaped(page_title(report)));
  for (const auto& [name, value] : header_facts(report))
    text += fmt::format("- {}: {}\n", name, markdown_escaped(value));
  for (const auto& page : beside)
    text += fmt::format("- Lab page: [{}]({}.md)\n", markdown_escaped(page.title), page.name);
  std::vector<std::string> summary;
  for (const auto& sentence : summary_of(report)) summary.push_back(markdown_escaped(sentence));
  text += fmt::format("\n{}\n", fmt::join(summary, " "));
  const auto tiles = tiles_of(report);
  if (!tiles.empty()) text += "\n";
  for (const auto& tile : tiles) {
    text += fmt::format("- **{}: {}**{}: {}\n", markdown_escaped(tile.title), markdown_escaped(tile.value),
                        tile.range.empty() ? "" : " (" + tile.range + ")", markdown_escaped(tile.text));
  }
  if (!report.notes.empty()) text += "\n";
  for (const auto& note : report.notes) text += fmt::format("- {}\n", markdown_escaped(note));
  return text;
}

std::string methods(const std::vector<Section>& shown) {
  std::string text;
  for (const auto& section : shown) {
    if (!section.explanation.empty()) text += fmt::format("\n### {}\n\n{}\n", section.title, section.explanation);
  }
  return text.empty() ? "" : "\n## Methods\n" + text;
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

bool is_one_of(std::string_view characters, char one) { return characters.find(one) != std::string_view::npos; }

/// Links, images and their definitions need a bracket, addresses that become links by themselves "://" or "www.". The
/// brackets of an interval, "[1.2, 1.3]", are none of these and stay as they are.
bool needs_escape(std::string_view text, std::size_t at) {
  constexpr std::string_view kAlways = "|`*<&\\~";
  constexpr std::string_view kBeginsNumber = "0123456789-";
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  switch (text[at]) {
    case '!':
      return next == '[';
    case '[':
      return at == 0 || text[at - 1] == '!' || !is_one_of(kBeginsNumber, next);
    case ']':
      return is_one_of("([:", next);
    case ':':
      return next == '/';
    case '.':
      return at >= 3 && is_one_of("wW", text[at - 1]) && is_one_of("wW", text[at - 2]) && is_one_of("wW", text[at - 3]);
    case '#':
    case '>':
      return at == 0;
    default:
      return is_one_of(kAlways, text[at]);
  }
}

}  // namespace

std::string markdown_escaped(const std::string& text) {
  std::string escaped;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n' || text[at] == '\r') {
      escaped += ' ';
      continue;
    }
    if (needs_escape(text, at)) escaped += '\\';
    escaped += text[at];
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

std::string markdown_table(const Table& table) {
  if (table.rows.empty()) return table.if_empty + "\n";
  std::vector<std::string> titles;
  std::vector<std::string> rulers;
  for (const auto& column : table.columns) {
    if (column.title.empty()) continue;
    titles.push_back(column.title);
    rulers.emplace_back(column.is_text() ? "---" : "---:");
  }
  std::string text = line_of(titles) + line_of(rulers);
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

std::string markdown_section(const Section& section) {
  return fmt::format("## {}\n\n{}\n\n{}", section.title, section.explanation, markdown_table(section.table));
}

std::string markdown_part(const Section& section) {
  std::string text = fmt::format("## {}\n\n", section.title);
  if (!section.note.empty()) text += markdown_escaped(section.note) + "\n\n";
  if (section.matrices.empty()) return text + markdown_table(section.table);
  for (std::size_t i = 0; i < section.matrices.size(); ++i) {
    const Matrix& matrix = section.matrices[i];
    text += fmt::format("{}**{}**{}\n\n{}", i == 0 ? "" : "\n", markdown_escaped(matrix.title),
                        matrix.note.empty() ? "" : " (" + matrix.note + ")", markdown_table(matrix.table));
  }
  return text;
}

std::string markdown_page(const analysis::Report& report, const std::vector<Section>& sections,
                          const std::vector<PageBeside>& beside) {
  std::string page = opening(report, beside);
  std::vector<Section> shown = shown_sections(report, sections);
  const std::vector<std::string> notes = say_once(shown);
  if (!notes.empty()) page += "\n";
  for (const auto& note : notes) page += fmt::format("- {}\n", markdown_escaped(note));
  for (const auto& section : shown) {
    if (section.in_markdown) page += fmt::format("\n{}", markdown_part(section));
  }
  for (const auto& line : gap_lines(sections)) page += fmt::format("\n{}\n", markdown_escaped(line));
  return page + methods(shown) + configs(report);
}

}  // namespace scalemark::report
