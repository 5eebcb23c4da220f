#include <fmt/format.h>

#include <set>

#include "report/json/report_json.h"
#include "report/pages/best_yaml.h"
#include "report/pages/documents.h"
#include "report/pages/extra_p.h"
#include "report/pages/html.h"
#include "report/pages/latex.h"
#include "report/pages/markdown.h"
#include "report/report.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

/// Refers to the sections, and they to the report.
std::vector<Document> documents(const analysis::Report& report, const std::vector<Section>& sections,
                                const ReportOptions& options) {
  std::vector<Document> all;
  const auto& beside = options.pages_beside;
  if (options.html) all.emplace_back(options.output / "report.html", html_page(report, sections, beside));
  if (options.markdown) all.emplace_back(options.output / "report.md", markdown_page(report, sections, beside));
  for (const auto& page : beside) {
    if (options.html) all.emplace_back(options.output / (page.name + ".html"), page.html);
    if (options.markdown) all.emplace_back(options.output / (page.name + ".md"), page.markdown);
  }
  if (options.json) {
    all.emplace_back(options.output / "report.json",
                     [&](const TextSink& sink) { write_report_json(report, sections, sink); });
  }
  if (const std::string best = best_yaml(report, options.sources); !best.empty())
    all.emplace_back(options.output / "best.yaml", best);
  if (!options.csv) return all;
  for (const auto& section : sections) {
    all.emplace_back(options.output / (section.table.name + ".csv"),
                     [&table = section.table](const TextSink& sink) { write_csv(table, sink); });
    const std::string latex = latex_tables(section);
    if (!latex.empty()) all.emplace_back(options.output / (section.table.name + ".tex"), latex);
  }
  all.emplace_back(options.output / "extra-p.jsonl", extra_p_lines(report));
  return all;
}

}  // namespace

std::vector<std::filesystem::path> write_report(const analysis::Report& report, const ReportOptions& options) {
  const std::vector<Section> sections = sections_of(report);
  return write_documents(options.output, documents(report, sections, options), options.most_bytes);
}

std::string main_table(const analysis::Report& report) {
  if (report.cases.empty() && !report.collectives.empty()) {
    const Section collectives = collectives_section(report.collectives);
    return text_table(collectives.table) + collectives.explanation + "\n";
  }
  const Section main = main_section(report);
  if (main.table.rows.empty()) return main.table.if_empty + "\n";
  std::string text = text_table(main.table) + main.explanation + "\n";
  std::set<std::string> explained;
  for (const auto& line : report.cases) {
    if (line.row.status == results::CaseStatus::kOk) continue;
    explained.insert(line.key.name);
    text += fmt::format("{} is {}: {}\n", line.key.name, results::status_text(line.row), line.row.reason);
  }
  for (const auto& row : scaling_of(report, main_scaling(report))) {
    if (row.refusal.empty() || explained.contains(row.key.name)) continue;
    text += fmt::format("{}: not comparable: {}\n", row.key.name, row.refusal);
  }
  for (const auto& note : report.notes) text += note + "\n";
  return text;
}

}  // namespace scalemark::report
