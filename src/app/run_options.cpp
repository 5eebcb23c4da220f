#include "app/run_options.h"

#include <CLI/CLI.hpp>

#include "app/json_flag.h"
#include "app/shipped_files.h"

namespace scalemark::app {
namespace {

std::string check_overlay(const std::string& word) {
  const std::string extension = std::filesystem::path(word).extension();
  if (extension != ".yaml" && extension != ".yml") throw NoOverlay{word};
  return "";
}

/// The config itself is declared before.
void add_changes(CLI::App& command, RunOptions& options) {
  command
      .add_option("overlays", options.overlays,
                  "YAML files that say what is different, such as the best.yaml of a report; laid over the config in "
                  "this order")
      ->type_name("OVERLAY.yaml")
      ->transform(path_or_shipped())
      ->check(CLI::Validator(check_overlay, ""));
  command.add_option("--set", options.overrides, "override a key of the config, by its dotted path; or @OVERLAY.yaml")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

}  // namespace

std::vector<std::string> RunOptions::laid_over() const {
  std::vector<std::string> all;
  all.reserve(overlays.size() + overrides.size());
  for (const std::string& file : overlays) all.push_back("@" + file);
  all.insert(all.end(), overrides.begin(), overrides.end());
  return all;
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("config", options.config, "the experiment, a YAML file")
      ->required()
      ->type_name("CONFIG.yaml")
      ->transform(path_or_shipped());
  add_changes(command, options);
  command.add_option("--output", options.output, "the result file; default: <name>-<job id or UTC time>.h5")
      ->type_name("FILE.h5");
  command.add_flag("--resume", options.resume, "continue an existing output: measure only what is missing");
  command.add_flag(
      "--dry-run", options.dry_run,
      "print the cases with an estimate of time, GPU-minutes and memory, say what a run would lack, and measure "
      "nothing");
  command.add_flag("--quiet", options.quiet, "print warnings and errors only");
  command.footer(
      "Examples:\n"
      "  scalemark run configs/quickstart.yaml\n"
      "  mpirun -n 4 scalemark run configs/hpml-lab5.yaml --output lab5.h5\n"
      "  scalemark run configs/quickstart.yaml --dry-run --set 'sweep.gpus=[1, 2]' --set measure.steps=10\n"
      "  mpirun -n 4 scalemark run configs/hpml-lab5.yaml --output lab5.h5 --resume\n"
      "  mpirun -n 4 scalemark run configs/hpml-lab5.yaml tuning-report/best.yaml\n"
      "Configs: scalemark list configs; their keys: scalemark list keys, docs/config.md; on a cluster: "
      "docs/cluster.md");
}

void add_doctor_options(CLI::App& command, RunOptions& options) {
  command.add_option("config", options.config, "the experiment that you want to run, a YAML file")
      ->type_name("CONFIG.yaml")
      ->transform(path_or_shipped());
  add_changes(command, options);
  command.add_option("--output", options.output, "where the run would write its result file")->type_name("FILE.h5");
  add_json_flag(command, options.json);
  command.footer(
      "Examples:\n"
      "  mpirun -n 4 scalemark doctor configs/hpml-lab5.yaml\n"
      "  srun scalemark doctor configs/hpml-lab5.yaml --output $SCRATCH/lab5.h5\n"
      "More: docs/cluster.md");
}

}  // namespace scalemark::app
