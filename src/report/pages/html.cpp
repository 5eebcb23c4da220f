#include "report/pages/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "analysis/case_set.h"
#include "report/charts/svg.h"
#include "report/pages/figure_download.h"
#include "report/pages/header.h"
#include "report/pages/overview.h"
#include "report/pages/said_once.h"
#include "report/pages/summary.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kMostOpenFigures = 9;

std::string anchor_of(const std::string& name) {
  std::string anchor = name;
  std::replace(anchor.begin(), anchor.end(), '_', '-');
  return anchor;
}

std::string legend_of(const std::vector<LegendEntry>& legend) {
  std::string items;
  for (const auto& entry : legend) {
    items += fmt::format("<li class=\"{} {}\">{}</li>", entry.is_line ? "line" : "square", entry.classes,
                         markup_escaped(entry.name));
  }
  return items.empty() ? "" : fmt::format("<ul class=\"legend\">{}</ul>", items);
}

std::string heading_of(const Section& section) {
  const std::string method =
      section.explanation.empty()
          ? ""
          : fmt::format(" <a class=\"how\" href=\"#method-{}\">method</a>", anchor_of(section.table.name));
  return fmt::format("<h2>{}{}</h2>\n", markup_escaped(section.title), method);
}

std::string table_of(const Section& section) {
  std::string table = html_table(section.table, section.title);
  if (section.figures.empty()) return table;
  return fmt::format("<details><summary>The numbers as a table ({}.csv)</summary>\n{}</details>\n", section.table.name,
                     table);
}

std::string matrices_of(const Section& section) {
  std::string text;
  for (const auto& matrix : section.matrices) {
    text += fmt::format(
        "<div><h3>{}</h3>\n{}{}</div>\n", markup_escaped(matrix.title), html_table(matrix.table, matrix.title),
        matrix.note.empty() ? "" : fmt::format("<p class=\"note\">{}</p>", markup_escaped(matrix.note)));
  }
  return fmt::format("<div class=\"matrices\">{}</div>\n", text);
}

/// Numbered in the order of the section, so that a link to one stays right.
std::string grid_of(std::span<const Figure> figures, const std::string& anchor, std::size_t first) {
  std::string text;
  for (std::size_t i = 0; i < figures.size(); ++i)
    text += html_figure(figures[i], fmt::format("figure-{}-{}", anchor, first + i));
  return fmt::format("<div class=\"figures\">{}</div>\n", text);
}

/// A page of hundreds of figures would not be read: those beyond the first are opened on demand.
std::string figures_of(const Section& section) {
  const std::span<const Figure> all = section.figures;
  if (all.empty()) return "";
  const std::string anchor = anchor_of(section.table.name);
  std::string first = grid_of(all.first(std::min(all.size(), kMostOpenFigures)), anchor, 1);
  if (all.size() <= kMostOpenFigures) return first;
  return fmt::format("{}<details><summary>{} more figures</summary>\n{}</details>\n", first,
                     all.size() - kMostOpenFigures,
                     grid_of(all.subspan(kMostOpenFigures), anchor, kMostOpenFigures + 1));
}

std::string list_of(const std::vector<std::string>& items, const std::string& classes) {
  std::string list;
  for (const auto& item : items) list += fmt::format("<li>{}</li>\n", markup_escaped(item));
  return list.empty() ? "" : fmt::format("<ul class=\"{}\">\n{}</ul>\n", classes, list);
}

std::string links_to(const std::vector<PageBeside>& beside) {
  std::string text;
  for (const auto& page : beside)
    text += fmt::format("<p class=\"note\">Lab page: <a href=\"{}.html\">{}</a></p>\n", page.name,
                        markup_escaped(page.title));
  return text;
}

std::string header_of(const analysis::Report& report, const std::vector<PageBeside>& beside) {
  std::string facts;
  for (const auto& [name, value] : header_facts(report))
    facts += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, markup_escaped(value));
  return fmt::format("<header><h1>{}</h1>\n{}{}</header>\n", markup_escaped(page_title(report)),
                     facts.empty() ? "" : fmt::format("<dl class=\"facts\">\n{}</dl>\n", facts), links_to(beside));
}

std::string tiles_text(const analysis::Report& report) {
  std::string text;
  for (const auto& tile : tiles_of(report)) {
    const std::string range = tile.range.empty() ? "" : fmt::format(" <small>{}</small>", markup_escaped(tile.range));
    text += fmt::format("<div class=\"tile\"><p class=\"muted\">{}</p><p class=\"value\">{}{}</p><p>{}</p></div>\n",
                        markup_escaped(tile.title), markup_escaped(tile.value), range, markup_escaped(tile.text));
  }
  return text.empty() ? "" : fmt::format("<div class=\"tiles\">\n{}</div>\n", text);
}

std::string summary_part(const analysis::Report& report, const std::vector<std::string>& notes) {
  std::string sentences;
  for (const auto& sentence : summary_of(report)) sentences += markup_escaped(sentence) + " ";
  const auto figures = overview_figures(report);
  return fmt::format("<section id=\"summary\"><p class=\"summary\">{}</p>\n{}{}{}{}</section>\n", sentences,
                     tiles_text(report), figures.empty() ? "" : grid_of(figures, "summary", 1),
                     list_of(report.notes, "notes"), list_of(notes, "notes"));
}

std::string configs_of(const analysis::Report& report) {
  std::string text;
  for (std::size_t index = 0; index < report.files.size(); ++index) {
    if (report.files[index].provenance.config.empty()) continue;  // published figures have none
    text += fmt::format("<details><summary>Config of {}</summary><pre tabindex=\"0\">{}</pre></details>\n",
                        analysis::file_name(index), markup_escaped(report.files[index].provenance.config));
  }
  return text.empty() ? "" : fmt::format("<section id=\"configs\"><h2>Configs</h2>\n{}</section>\n", text);
}

std::string contents_of(const std::vector<Section>& shown, bool has_configs) {
  std::string items = "<li><a href=\"#summary\">Summary</a></li>";
  for (const auto& section : shown)
    items +=
        fmt::format("<li><a href=\"#{}\">{}</a></li>", anchor_of(section.table.name), markup_escaped(section.title));
  items += "<li><a href=\"#methods\">Methods</a></li>";
  if (has_configs) items += "<li><a href=\"#configs\">Configs</a></li>";
  return fmt::format("<ul>{}</ul>", items);
}

std::string gaps_of(const std::vector<Section>& sections) {
  std::string text;
  for (const auto& line : gap_lines(sections)) text += fmt::format("<p class=\"note\">{}</p>\n", markup_escaped(line));
  return text.empty() ? "" : fmt::format("<section id=\"gaps\">{}</section>\n", text);
}

}  // namespace

std::string html_figure(const Figure& figure, const std::string& id) {
  const std::string svg = data_uri("image/svg+xml", standalone_svg(figure.svg));
  std::string tools = fmt::format("<a href=\"#{0}\">link</a><a download=\"{0}.svg\" href=\"{1}\">SVG</a>", id, svg);
  if (!figure.csv.empty())
    tools += fmt::format("<a download=\"{}.csv\" href=\"{}\">CSV</a>", id, data_uri("text/csv", figure.csv));
  return fmt::format("<figure id=\"{}\">{}{}<figcaption>{}<span class=\"tools\">{}</span></figcaption></figure>\n", id,
                     figure.svg, legend_of(figure.legend), markup_escaped(figure.caption), tools);
}

std::string html_head(const std::string& title) {
  // No script runs and nothing is fetched, whatever a name in the file tries.
  return fmt::format(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{}</title>\n<style>{}</style>\n</head>\n",
      markup_escaped(title), html_style());
}

std::string html_section(const Section& section) {
  const std::string note =
      section.note.empty() ? "" : fmt::format("<p class=\"note\">{}</p>\n", markup_escaped(section.note));
  return fmt::format("<section id=\"{}\">{}{}{}{}</section>\n", anchor_of(section.table.name), heading_of(section),
                     note, figures_of(section), section.matrices.empty() ? table_of(section) : matrices_of(section));
}

std::string html_methods(const std::vector<Section>& shown) {
  std::string text;
  for (const auto& section : shown) {
    if (section.explanation.empty()) continue;
    text += fmt::format("<h3 id=\"method-{}\">{}</h3>\n<p>{}</p>\n", anchor_of(section.table.name),
                        markup_escaped(section.title), markup_escaped(section.explanation));
  }
  return fmt::format("<section id=\"methods\" class=\"methods\"><h2>Methods</h2>\n{}</section>\n", text);
}

std::string html_page(const analysis::Report& report, const std::vector<Section>& sections,
                      const std::vector<PageBeside>& beside) {
  std::vector<Section> shown = shown_sections(report, sections);
  const std::vector<std::string> notes = say_once(shown);
  const std::string configs = configs_of(report);
  const std::string contents = contents_of(shown, !configs.empty());
  std::string text;
  for (const auto& section : shown) text += html_section(section);
  return html_head(page_title(report)) +
         fmt::format(
             "<body>\n<div class=\"sheet\">\n<nav class=\"side\" aria-label=\"contents\">{0}</nav>\n<main>\n{1}"
             "<nav class=\"top\" aria-label=\"contents\"><details><summary>Contents</summary>{0}</details></nav>\n"
             "{2}{3}{4}{5}{6}</main>\n</div>\n</body>\n</html>\n",
             contents, header_of(report, beside), summary_part(report, notes), text, gaps_of(sections),
             html_methods(shown), configs);
}

}  // namespace scalemark::report
