#include <fmt/format.h>

#include "lab/lab_page.h"
#include "report/charts/svg.h"
#include "report/pages/html.h"

namespace scalemark::lab {
namespace {

using report::markup_escaped;

std::string paragraphs(const std::vector<std::string>& texts, const std::string& classes) {
  std::string all;
  for (const auto& text : texts) all += fmt::format("<p class=\"{}\">{}</p>\n", classes, markup_escaped(text));
  return all;
}

std::string note_of(const std::string& note) {
  return note.empty() ? "" : fmt::format("<p class=\"note\">{}</p>\n", markup_escaped(note));
}

std::string matrices_part(const std::vector<report::Matrix>& matrices) {
  std::string text;
  for (const auto& matrix : matrices) {
    text += fmt::format("<div><h3>{}</h3>\n{}{}</div>\n", markup_escaped(matrix.title),
                        html_table(matrix.table, matrix.title), note_of(matrix.note));
  }
  return text.empty() ? "" : fmt::format("<div class=\"matrices\">{}</div>\n", text);
}

std::string tables_part(const std::vector<TitledTable>& tables) {
  std::string text;
  for (const auto& one : tables)
    text += fmt::format("<h3>{}</h3>\n{}{}", markup_escaped(one.title), note_of(one.note),
                        html_table(one.table, one.title));
  return text;
}

std::string figures_part(const Answer& answer) {
  std::string text;
  for (std::size_t i = 0; i < answer.figures.size(); ++i)
    text += html_figure(answer.figures[i], fmt::format("figure-{}-{}", answer.id, i + 1));
  return text.empty() ? "" : fmt::format("<div class=\"figures\">{}</div>\n", text);
}

std::string answer_part(const Answer& answer) {
  return fmt::format("<section id=\"question-{0}\" class=\"lab\"><h2>{0}: {1}</h2>\n{2}{3}{4}{5}{6}</section>\n",
                     markup_escaped(answer.id), markup_escaped(answer.question), paragraphs(answer.sentences, "answer"),
                     paragraphs(answer.gaps, "note"), matrices_part(answer.matrices), figures_part(answer),
                     tables_part(answer.tables));
}

std::string contents_part(const LabPage& page) {
  std::string items;
  for (const auto& answer : page.answers)
    items += fmt::format("<li><a href=\"#question-{0}\">{0}</a></li>", markup_escaped(answer.id));
  return fmt::format("<ul>{}<li><a href=\"report.html\">The whole report</a></li></ul>", items);
}

std::string heading_part(const LabPage& page) {
  std::string facts;
  for (const auto& [name, value] : page.facts)
    facts += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, markup_escaped(value));
  return fmt::format("<header><h1>{}</h1>\n<dl class=\"facts\">\n{}</dl>\n</header>\n", markup_escaped(page.title),
                     facts);
}

}  // namespace

std::string lab_html(const LabPage& page) {
  std::string text = page.introduction.empty()
                         ? ""
                         : fmt::format("<section id=\"summary\"><p class=\"summary\">{}</p></section>\n",
                                       markup_escaped(page.introduction));
  for (const auto& answer : page.answers) text += answer_part(answer);
  const std::string notes = paragraphs(page.notes, "note");
  return report::html_head(page.title) +
         fmt::format(
             "<body>\n<div class=\"sheet\">\n<nav class=\"side\" aria-label=\"contents\">{}</nav>\n<main>\n{}{}"
             "<section id=\"notes\"><h2>About these numbers</h2>\n<p>{}</p>\n{}</section>\n</main>\n</div>\n</body>\n"
             "</html>\n",
             contents_part(page), heading_part(page), text,
             "How each number is defined, and everything else that was measured, is in <a "
             "href=\"report.html\">the whole report</a>. In brackets: 95 % intervals.",
             notes);
}

}  // namespace scalemark::lab
