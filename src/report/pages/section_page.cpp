#include "report/pages/section_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/charts/svg.h"
#include "report/pages/documents.h"
#include "report/pages/html.h"
#include "report/pages/markdown.h"
#include "report/tables/csv.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

/// What a reader sees: what has a title and says something.
std::vector<Section> seen_sections(const SectionPage& page) {
  std::vector<Section> seen;
  std::copy_if(page.sections.begin(), page.sections.end(), std::back_inserter(seen), [](const Section& section) {
    return !section.title.empty() && (!section.table.rows.empty() || !section.table.if_empty.empty());
  });
  return seen;
}

}  // namespace

std::string section_text(const SectionPage& page) {
  std::string text = page.summary + "\n";
  for (const Section& section : seen_sections(page)) {
    if (section.table.rows.empty() || !section.in_markdown) continue;
    text += fmt::format("\n{}\n{}", section.title, text_table(section.table));
  }
  return text;
}

std::string section_markdown(const SectionPage& page) {
  std::string text = fmt::format("# {}\n\n{}\n", markdown_escaped(page.title), markdown_escaped(page.summary));
  std::string methods;
  for (const Section& section : seen_sections(page)) {
    text += fmt::format("\n{}", markdown_part(section));
    if (!section.explanation.empty()) methods += fmt::format("\n### {}\n\n{}\n", section.title, section.explanation);
  }
  return text + (methods.empty() ? "" : fmt::format("\n## Methods\n{}", methods));
}

std::string section_html(const SectionPage& page) {
  const std::vector<Section> seen = seen_sections(page);
  std::string text;
  for (const Section& section : seen) text += html_section(section);
  return html_head(page.title) +
         fmt::format(
             "<body>\n<div class=\"sheet alone\">\n<main>\n<header><h1>{}</h1></header>\n<section id=\"summary\">"
             "<p class=\"summary\">{}</p></section>\n{}{}</main>\n</div>\n</body>\n</html>\n",
             markup_escaped(page.title), markup_escaped(page.summary), text, html_methods(seen));
}

std::vector<std::filesystem::path> write_section_page(const SectionPage& page, const std::filesystem::path& folder,
                                                      std::size_t most_bytes) {
  std::vector<Document> documents{{folder / (page.stem + ".html"), section_html(page)},
                                  {folder / (page.stem + ".md"), section_markdown(page)}};
  for (const Section& section : page.sections)
    documents.emplace_back(folder / (section.table.name + ".csv"), csv_text(section.table));
  return write_documents(folder, documents, most_bytes);
}

}  // namespace scalemark::report
