#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "report/csv.h"
#include "report/extra_p.h"
#include "report/format.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/report.h"
#include "report/tables.h"

namespace scalemark::report {
namespace {

using Document = std::pair<std::filesystem::path, std::string>;

std::vector<Document> documents(const Report& report, const ReportOptions& options) {
  std::vector<Document> all;
  if (options.html) all.emplace_back(options.output / "report.html", html_page(report));
  if (options.markdown) all.emplace_back(options.output / "report.md", markdown_page(report));
  if (!options.csv) return all;
  for (const auto& table : tables_of(report)) all.emplace_back(options.output / (table.name + ".csv"), csv_text(table));
  all.emplace_back(options.output / "extra-p.jsonl", extra_p_lines(report));
  return all;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw InputError(fmt::format("{}: cannot make the folder: {}", folder.string(), error.message()));
}

void refuse_existing(const std::vector<Document>& all) {
  for (const auto& document : all) {
    if (!std::filesystem::exists(document.first)) continue;
    throw InputError(
        fmt::format("{}: exists already; give another folder to --output, or remove it", document.first.string()));
  }
}

void write_document(const Document& document) {
  std::ofstream file(document.first, std::ios::binary);
  file << document.second;
  file.close();
  if (!file) {
    throw InputError(fmt::format("{}: cannot be written: {}", document.first.string(), std::strerror(errno)));
  }
}

}  // namespace

std::vector<std::filesystem::path> write_report(const Report& report, const ReportOptions& options) {
  const std::vector<Document> all = documents(report, options);
  make_folder(options.output);
  refuse_existing(all);
  std::vector<std::filesystem::path> paths;
  for (const auto& document : all) {
    write_document(document);
    paths.push_back(document.first);
  }
  return paths;
}

std::string main_table(const Report& report) {
  const Table table = main_table_of(report);
  if (table.rows.empty()) return table.if_empty + "\n";
  std::string text = text_table(table) + table.explanation + "\n";
  std::set<std::string> explained;
  for (const auto& line : report.cases) {
    if (line.row.status == results::CaseStatus::kOk) continue;
    explained.insert(line.key.name);
    text += fmt::format("{} is {}: {}\n", line.key.name, results::to_string(line.row.status), line.row.reason);
  }
  for (const auto& row : scaling_of(report, main_scaling(report))) {
    if (row.refusal.empty() || explained.contains(row.key.name)) continue;
    text += fmt::format("{}: not comparable: {}\n", row.key.name, row.refusal);
  }
  return text;
}

}  // namespace scalemark::report
