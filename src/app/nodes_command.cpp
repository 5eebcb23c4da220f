#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "analysis/fleet/fleet.h"
#include "app/commands.h"
#include "app/json_flag.h"
#include "app/named_files.h"
#include "app/option_checks.h"
#include "app/result_files.h"
#include "app/shown_files.h"
#include "core/error.h"
#include "report/json/fleet_json.h"
#include "report/tables/fleet_tables.h"

namespace scalemark::app {
namespace {

using Paths = std::vector<std::filesystem::path>;

struct NodesOptions {
  Paths files;
  Paths baseline;
  analysis::FleetOptions fleet;
  std::filesystem::path output;
  bool json = false;
};

/// `shown` holds the files of the nodes, and after them those of the baseline.
void nodes(const NodesOptions& options, const ShownFiles& shown) {
  const std::span<const results::ResultFile> all(shown.files);
  const auto files = named_files(options.files, all.first(options.files.size()));
  const auto baseline = named_files(options.baseline, all.subspan(options.files.size()));
  const analysis::Fleet fleet = analysis::examine_fleet(files, baseline, options.fleet);
  const report::SectionPage page = report::fleet_page(fleet, all.front().title);
  show_page(page, options.json ? report::fleet_json(fleet, page) : "", options.output, shown);
  if (!fleet.is_healthy()) throw Error(ExitCode::kRegression, report::fleet_summary(fleet));
}

}  // namespace

void add_nodes_command(CLI::App& app) {
  auto options = std::make_shared<NodesOptions>();
  auto* command = app.add_subcommand(
      "nodes", "which node stands out among those that measured the same config; exit code 1 if any does");
  command
      ->add_option("files", options->files,
                   "result files of one config: one from each node, or one that ranks on several nodes measured")
      ->required()
      ->type_name("FILE.h5 ...");
  command
      ->add_option("--baseline", options->baseline,
                   "files of the same config from when all was well; the output then also says what has drifted")
      ->type_name("FILE.h5 ...");
  command
      ->add_option("--threshold", options->fleet.threshold,
                   "the smallest difference that matters, such as 2% or 0.02, the default")
      ->type_name("SHARE")
      ->check(finite_range(0.0, 10.0))
      ->transform(percent_as_fraction());
  command->add_option("--output", options->output, "folder to write nodes.html, nodes.md and tables into")
      ->type_name("DIR");
  add_json_flag(*command, options->json);
  command->footer(
      "Examples:\n"
      "  scalemark nodes results/node*.h5\n"
      "  scalemark nodes results/node*.h5 --baseline last-month/node*.h5 --output nodes\n"
      "How to measure each node: docs/cluster.md; what is tested: docs/measuring.md");
  command->callback([options] {
    ShownFiles shown = read_shown(options->files, read_result_file);
    add_shown(options->baseline, shown, read_result_file);
    within_bounds(shown, [&] { nodes(*options, shown); });
  });
}

}  // namespace scalemark::app
