#include <fmt/format.h>

#include "lab/lab_page.h"
#include "report/pages/markdown.h"

namespace scalemark::lab {
namespace {

using report::markdown_escaped;

std::string markdown_table_under(const std::string& title, const std::string& note, const report::Table& table) {
  return fmt::format("\n**{}**{}\n\n{}", markdown_escaped(title),
                     note.empty() ? "" : " (" + markdown_escaped(note) + ")", markdown_table(table));
}

std::string markdown_answer(const Answer& answer) {
  std::string text = fmt::format("\n## {}: {}\n", markdown_escaped(answer.id), markdown_escaped(answer.question));
  for (const auto& sentence : answer.sentences) text += fmt::format("\n{}\n", markdown_escaped(sentence));
  for (const auto& gap : answer.gaps) text += fmt::format("\n{}\n", markdown_escaped(gap));
  for (const auto& matrix : answer.matrices) text += markdown_table_under(matrix.title, matrix.note, matrix.table);
  for (const auto& one : answer.tables) text += markdown_table_under(one.title, one.note, one.table);
  return text;
}

}  // namespace

std::string lab_markdown(const LabPage& page) {
  std::string text = fmt::format("# {}\n\n", markdown_escaped(page.title));
  for (const auto& [name, value] : page.facts) text += fmt::format("- {}: {}\n", name, markdown_escaped(value));
  if (!page.introduction.empty()) text += fmt::format("\n{}\n", markdown_escaped(page.introduction));
  for (const auto& answer : page.answers) text += markdown_answer(answer);
  text +=
      "\n## About these numbers\n\nHow each number is defined, and everything else that was measured, is in [the "
      "whole report](report.md). In brackets: 95 % intervals.\n";
  if (!page.notes.empty()) text += "\n";
  for (const auto& note : page.notes) text += fmt::format("- {}\n", markdown_escaped(note));
  return text;
}

}  // namespace scalemark::lab
