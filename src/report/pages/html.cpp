#include "report/pages/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "analysis/case_set.h"
#include "report/charts/svg.h"
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

std::string table_of(const Section& section) {
  std::string table = html_table(section.table, section.title);
  if (section.figures.empty()) return table;
  return fmt::format("<details><summary>The numbers as a table ({}.csv)</summary>\n{}</details>\n", section.table.name,
                     table);
}

std::string grid_of(std::span<const Figure> figures, bool small) {
  std::string text;
  for (const auto& figure : figures) text += html_figure(figure);
  return fmt::format("<div class=\"figures{}\">{}</div>\n", small ? " many" : "", text);
}

/// A page of hundreds of figures would not be read: those beyond the first are opened on demand.
std::string figures_of(const Section& section) {
  const std::span<const Figure> all = section.figures;
  if (all.empty()) return "";
  const bool small = all.size() > 2;
  std::string first = grid_of(all.first(std::min(all.size(), kMostOpenFigures)), small);
  if (all.size() <= kMostOpenFigures) return first;
  return fmt::format("{}<details><summary>{} more figures</summary>\n{}</details>\n", first,
                     all.size() - kMostOpenFigures, grid_of(all.subspan(kMostOpenFigures), small));
}

std::string html_of(const Section& section) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2>\n<p class=\"explanation\">{}</p>\n{}{}</section>\n",
                     anchor_of(section.table.name), markup_escaped(section.title), markup_escaped(section.explanation),
                     figures_of(section), table_of(section));
}

std::string title_of(const analysis::Report& report) {
  const bool named = !report.files.empty() && !report.files.front().title.empty();
  return named ? "Scaling report: " + report.files.front().title : "Scaling report";
}

std::string head_of(const analysis::Report& report) {
  // No script runs and nothing is fetched, whatever a name in the file tries.
  return fmt::format(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{}</title>\n<style>{}</style>\n</head>\n",
      markup_escaped(title_of(report)), html_style());
}

std::string list_of(const std::vector<std::string>& items, const std::string& classes) {
  std::string list;
  for (const auto& item : items) list += fmt::format("<li>{}</li>\n", markup_escaped(item));
  return list.empty() ? "" : fmt::format("<ul class=\"{}\">\n{}</ul>\n", classes, list);
}

std::string opening(const analysis::Report& report) {
  std::string text = fmt::format("<header><h1>{}</h1>\n", markup_escaped(title_of(report)));
  for (const auto& file : report.files) {
    if (file.created.empty()) continue;  // a text file of published figures
    text += fmt::format(
        "<p class=\"muted\">{}</p>\n",
        markup_escaped(fmt::format("{}{}measured {} with Scalemark {}", file.institution,
                                   file.institution.empty() ? "" : ", ", file.created, file.software_version)));
  }
  text += "</header>\n<section id=\"summary\"><h2>Summary</h2>\n<p class=\"summary\">";
  for (const auto& sentence : summary_of(report)) text += markup_escaped(sentence) + " ";
  return text + "</p>\n" + list_of(report.notes, "notes") + "</section>\n";
}

std::string main_part(const analysis::Report& report) {
  const Section main = main_section(report);
  return fmt::format("<section id=\"main\"><h2>{}</h2>\n<p class=\"explanation\">{}</p>\n{}</section>\n",
                     markup_escaped(main.title), markup_escaped(main.explanation),
                     html_table(main.table, main.table.name));
}

std::string configs_of(const analysis::Report& report) {
  std::string text;
  for (std::size_t index = 0; index < report.files.size(); ++index) {
    text += fmt::format("<details><summary>Config of {}</summary><pre tabindex=\"0\">{}</pre></details>\n",
                        analysis::file_name(index), markup_escaped(report.files[index].provenance.config));
  }
  return fmt::format("<section id=\"configs\"><h2>Configs</h2>\n{}</section>\n", text);
}

}  // namespace

std::string html_figure(const Figure& figure) {
  return fmt::format("<figure>{}{}<figcaption>{}</figcaption></figure>\n", figure.svg, legend_of(figure.legend),
                     markup_escaped(figure.caption));
}

std::string html_page(const analysis::Report& report, const std::vector<Section>& sections) {
  std::string contents = "<li><a href=\"#summary\">Summary</a></li><li><a href=\"#main\">Main table</a></li>";
  std::string text;
  for (const auto& section : sections) {
    if (section.title.empty()) continue;
    contents +=
        fmt::format("<li><a href=\"#{}\">{}</a></li>", anchor_of(section.table.name), markup_escaped(section.title));
    text += html_of(section);
  }
  return head_of(report) +
         fmt::format(
             "<body>\n<main>\n{}{}<nav aria-label=\"contents\"><ul>{}</ul></nav>\n{}{}</main>\n</body>\n</html>\n",
             opening(report), main_part(report), contents, text, configs_of(report));
}

}  // namespace scalemark::report
