#include "app/run_options.h"

#include <CLI/CLI.hpp>

namespace scalemark::app {

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("config", options.config, "the experiment, a YAML file")->required()->type_name("CONFIG.yaml");
  command.add_option("--set", options.overrides, "override a key of the config, by its dotted path")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--output", options.output, "the result file; default: <name>-<job id or UTC time>.h5")
      ->type_name("FILE.h5");
  command.add_flag("--resume", options.resume, "go on with an existing output: run exactly what is missing");
  command.add_flag("--dry-run", options.dry_run, "print the cases with an estimate of time and memory, and stop");
  command.add_flag("--quiet", options.quiet, "print warnings and errors only");
}

void add_doctor_options(CLI::App& command, RunOptions& options) {
  command.add_option("config", options.config, "the experiment that is to be run, a YAML file")
      ->type_name("CONFIG.yaml");
  command.add_option("--set", options.overrides, "override a key of the config, by its dotted path")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--output", options.output, "where its result file is to go")->type_name("FILE.h5");
}

}  // namespace scalemark::app
