#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/json_flag.h"
#include "app/lab_pages.h"
#include "app/option_checks.h"
#include "app/result_files.h"
#include "app/shipped_files.h"
#include "app/shown_files.h"
#include "core/log.h"
#include "published/import_figures.h"
#include "report/report.h"

namespace scalemark::app {
namespace {

struct ReportArguments {
  std::vector<std::filesystem::path> files;
  std::filesystem::path output;
  std::vector<std::string> formats;
  bool json = false;
  std::string lab;  ///< name or path of a template; empty: what the files' configs name
};

bool has(const ReportArguments& options, const std::string& format) {
  const bool all_pages = options.formats.empty() && format != "json";
  return all_pages || std::ranges::find(options.formats, format) != options.formats.end();
}

/// A program that reads --json wants no folder unless it asks for one.
bool writes_files(const ReportArguments& options) {
  return !options.json || !options.output.empty() || !options.formats.empty();
}

std::filesystem::path default_output(const std::filesystem::path& first_file) {
  const std::string name = first_file.stem().string() + "-report";
  return is_of_installation(first_file) ? std::filesystem::path(name) : first_file.parent_path() / name;
}

/// Published figures may stay the text file that they are.
results::ResultFile read(const std::filesystem::path& path) {
  return path.extension() == ".csv" ? published::import_figures(path) : read_result_file(path);
}

std::vector<std::string> source_names(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const auto& file : files) names.push_back(file.filename().string());
  return names;
}

void write_files(const ReportArguments& options, const ShownFiles& shown, const analysis::Report& report) {
  const auto written = report::write_report(
      report, {.output = options.output.empty() ? default_output(options.files.front()) : options.output,
               .markdown = has(options, "md"),
               .csv = has(options, "csv"),
               .html = has(options, "html"),
               .json = has(options, "json"),
               .pages_beside = lab_pages(options.lab, options.files, shown, report),
               .sources = source_names(options.files),
               .most_bytes = most_written_bytes(shown)});
  spdlog::info("{} and {} more files written", written.front().string(), written.size() - 1);
}

void report(const ReportArguments& options, const ShownFiles& shown) {
  const analysis::Report report = analysis::build_report(shown.files);
  const std::string text =
      options.json ? report::report_json(report, most_written_bytes(shown)) : report::main_table(report);
  if (writes_files(options)) write_files(options, shown, report);
  std::cout << text << std::flush;
}

}  // namespace

void add_report_command(CLI::App& app) {
  auto options = std::make_shared<ReportArguments>();
  auto* command = app.add_subcommand("report", "write the scaling report of one or more result files");
  command
      ->add_option("files", options->files,
                   "result files, and CSV files of published figures; all are analysed together")
      ->required()
      ->type_name("FILE ...")
      ->transform(path_or_shipped());
  command->add_option("--output", options->output, "folder to write; default: <first file>-report")->type_name("DIR");
  command->add_option("--format", options->formats, "any of html, md, csv, json; default: html,md,csv")
      ->delimiter(',')
      ->type_name("LIST")
      ->check(one_of({"html", "md", "csv", "json"},
                     "; a figure is an SVG in report.html, and printing that page gives a PDF or an image"));
  add_json_flag(*command, options->json)
      ->description(
          "print the report as one JSON document; files are written where --output or --format asks for them");
  command
      ->add_option("--template", options->lab,
                   "a lab page beside the report, which answers a template's questions: a name such as hpml-lab5, a "
                   "file, or none; default: what the config of the results names")
      ->type_name("NAME|FILE.yaml");
  command->footer(
      "Examples:\n"
      "  scalemark report quickstart.h5\n"
      "  scalemark report lab5.h5 --template hpml-lab5\n"
      "  scalemark report job1.h5 job2.h5 results/published/*.csv --output my-report --format html,csv\n"
      "What the numbers mean: docs/measuring.md; what is in a result file: docs/results.md");
  command->callback([options] {
    const ShownFiles shown = read_shown(options->files, read);
    within_bounds(shown, [&] { report(*options, shown); });
  });
}

}  // namespace scalemark::app
