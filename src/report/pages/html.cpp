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

/// Figures over the table that holds their numbers.
struct Section {
  Table table;
  std::vector<Figure> figures;
};

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
  std::string table = html_table(section.table);
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

std::string html_of(const Section& section, const std::string& title) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2>\n<p class=\"explanation\">{}</p>\n{}{}</section>\n",
                     anchor_of(section.table.name), markup_escaped(title), markup_escaped(section.table.explanation),
                     figures_of(section), table_of(section));
}

/// The figures that belong to a table, by the table's name.
std::vector<Figure> figures_for(const std::string& table, const analysis::Report& report) {
  if (table == "cases") return batch_figures(report);
  if (table == "strong_scaling_fixed_data_set") {
    return scaling_figures(analysis::ScalingKind::kFixedDataSet, report.fixed_data_set);
  }
  if (table == "strong_scaling_fixed_global_batch") {
    return scaling_figures(analysis::ScalingKind::kFixedGlobalBatch, report.fixed_global_batch);
  }
  if (table == "weak_scaling") return scaling_figures(analysis::ScalingKind::kFixedWorkPerRank, report.fixed_work);
  if (table == "lost_speedup_fixed_batch_per_rank") return waterfall_figures(report.lost_fixed_work);
  if (table == "lost_speedup_fixed_global_batch") return waterfall_figures(report.lost_fixed_global_batch);
  if (table == "phases") return phase_figures(report.phases);
  if (table == "memory") return memory_figures(report);
  if (table == "training") return training_figures(report.curves);
  if (table == "rank_times") return sample_figures(report.samples);
  return {};
}

/// Tables that Markdown leaves to the CSV files, but which hold a figure's numbers.
std::string title_of(const Table& table) {
  return table.name == "rank_times" ? "Raw steps of every rank" : table.title;
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

std::string main_section(const analysis::Report& report) {
  const Table table = main_table_of(report);
  return fmt::format("<section id=\"main\"><h2>Main table</h2>\n<p class=\"explanation\">{}</p>\n{}</section>\n",
                     markup_escaped(table.explanation), html_table(table));
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

std::string html_page(const analysis::Report& report) {
  std::string contents = "<li><a href=\"#summary\">Summary</a></li><li><a href=\"#main\">Main table</a></li>";
  std::string sections;
  for (auto& table : tables_of(report)) {
    const std::string title = title_of(table);
    if (title.empty()) continue;
    contents += fmt::format("<li><a href=\"#{}\">{}</a></li>", anchor_of(table.name), markup_escaped(title));
    std::vector<Figure> figures = figures_for(table.name, report);
    sections += html_of({std::move(table), std::move(figures)}, title);
  }
  return head_of(report) +
         fmt::format(
             "<body>\n<main>\n{}{}<nav aria-label=\"contents\"><ul>{}</ul></nav>\n{}{}</main>\n</body>\n</html>\n",
             opening(report), main_section(report), contents, sections, configs_of(report));
}

}  // namespace scalemark::report
