#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

/// A page that is written beside the report, which links to it.
struct PageBeside {
  std::string name;  ///< its files are called NAME.html and NAME.md
  std::string title;
  std::string html;
  std::string markdown;
};

struct ReportOptions {
  std::filesystem::path output;  ///< folder; made where it does not exist
  bool markdown = true;
  bool csv = true;  ///< and the JSON lines for Extra-P
  bool html = true;
  bool json = false;
  std::vector<PageBeside> pages_beside{};
  std::vector<std::string> sources{};                                ///< names of the result files, for best.yaml
  std::size_t most_bytes = std::numeric_limits<std::size_t>::max();  ///< of all files that are written
};

/// Text table of the cases with speed-up and efficiency, for a terminal; ends with a newline.
std::string main_table(const analysis::Report& report);

/// The report as a document of kind "report" (docs/json.md), for `--json`.
/// @throws InputError where it would be longer than `most_bytes`.
std::string report_json(const analysis::Report& report, std::size_t most_bytes);

/// Writes report.html, report.md, report.json, the pages beside them, one CSV file per table, extra-p.jsonl and, where
/// a setting gains anything, best.yaml. Returns the files' paths, pages first.
/// @throws InputError where a file exists already (nothing is written then) or all together would be larger than
/// `most_bytes`, or where one cannot be written.
std::vector<std::filesystem::path> write_report(const analysis::Report& report, const ReportOptions& options);

/// Text that says what a result file holds, for `scalemark info FILE.h5`; ends with a newline.
std::string describe_file(const results::ResultFile& file);

/// The same as a document of kind "info" (docs/json.md).
std::string file_json(const results::ResultFile& file);

}  // namespace scalemark::report
