#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "analysis/history/history.h"
#include "app/commands.h"
#include "app/json_flag.h"
#include "app/named_files.h"
#include "app/option_checks.h"
#include "app/result_files.h"
#include "app/shown_files.h"
#include "core/error.h"
#include "report/json/history_json.h"
#include "report/tables/history_tables.h"

namespace scalemark::app {
namespace {

struct TrendOptions {
  std::vector<std::filesystem::path> files;
  analysis::HistoryOptions history;
  std::filesystem::path output;
  bool json = false;
};

void trend(const TrendOptions& options, const ShownFiles& shown) {
  const auto files = named_files(options.files, shown.files);
  const analysis::History history = analysis::examine_history(files, options.history);
  const report::SectionPage page = report::history_page(history, shown.files.back().title);
  show_page(page, options.json ? report::history_json(history, page) : "", options.output, shown);
  if (history.has_news()) throw Error(ExitCode::kRegression, report::history_summary(history));
}

}  // namespace

void add_trend_command(CLI::App& app) {
  auto options = std::make_shared<TrendOptions>();
  auto* command = app.add_subcommand(
      "trend", "how the step times of one config changed over its runs; exit code 1 if the last run shows a shift");
  command->add_option("files", options->files, "result files of one config, in any order")
      ->required()
      ->type_name("FILE.h5 ...");
  command
      ->add_option("--threshold", options->history.threshold,
                   "the smallest shift that matters, such as 2% or 0.02, the default")
      ->type_name("SHARE")
      ->check(finite_range(0.0, 10.0))
      ->transform(percent_as_fraction());
  command->add_option("--output", options->output, "folder to write trend.html, trend.md and tables into")
      ->type_name("DIR");
  add_json_flag(*command, options->json);
  command->footer(
      "Examples:\n"
      "  scalemark trend nightly/*.h5\n"
      "  scalemark trend nightly/*.h5 --threshold 5% --output trend\n"
      "How to set it up: docs/cluster.md; what is tested: docs/measuring.md");
  command->callback([options] {
    const ShownFiles shown = shown_of(options->files, read_result_tables(options->files));
    within_bounds(shown, [&] { trend(*options, shown); });
  });
}

}  // namespace scalemark::app
