// scalemark: the command that people type. It needs neither LibTorch nor MPI; what measures is its sibling
// scalemark-run.

#include <CLI/CLI.hpp>
#include <exception>
#include <string>
#include <vector>

#include "app/comm_options.h"
#include "app/commands.h"
#include "app/one_process.h"
#include "app/pack_options.h"
#include "app/run_options.h"
#include "app/sibling.h"
#include "core/error.h"
#include "core/failure.h"
#include "core/log.h"
#include "core/version.h"

namespace {

using scalemark::ExitCode;

/// Those of the subcommands that the sibling runs: here they are only listed.
struct SiblingOptions {
  scalemark::app::RunOptions run;
  scalemark::app::RunOptions doctor;
  scalemark::app::CommOptions comm;
  scalemark::app::PackOptions pack;
};

void add_sibling_commands(CLI::App& app, SiblingOptions& options) {
  scalemark::app::add_run_options(*app.add_subcommand("run", "measure a sweep; start it by mpirun or srun, or alone"),
                                  options.run);
  scalemark::app::add_doctor_options(
      *app.add_subcommand("doctor", "check the launch before time is spent: start it as you would start run"),
      options.doctor);
  scalemark::app::add_comm_options(
      *app.add_subcommand("comm", "measure collectives, as nccl-tests does: start it as you would start run"),
      options.comm);
  scalemark::app::add_pack_options(*app.add_subcommand("pack", "a data set as one file, for slow file systems"),
                                   options.pack);
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Measures how deep-learning training scales over GPUs, and where the lost speed-up went", "scalemark");
  app.set_version_flag("--version", scalemark::software_version());
  app.require_subcommand(1);
  SiblingOptions of_sibling;
  add_sibling_commands(app, of_sibling);
  scalemark::app::add_report_command(app);
  scalemark::app::add_compare_command(app);
  scalemark::app::add_import_command(app);
  scalemark::app::add_predict_command(app);
  scalemark::app::add_info_command(app);
  scalemark::app::add_list_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kInput);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  scalemark::set_up_logging(/*quiet=*/false);
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const bool needs_torch = !arguments.empty() && (arguments.front() == "run" || arguments.front() == "comm" ||
                                                    arguments.front() == "doctor" || arguments.front() == "pack");
    if (needs_torch) scalemark::app::replace_by_sibling("scalemark-run", arguments);
    if (!arguments.empty() && !arguments.front().starts_with('-'))
      scalemark::app::require_one_process(arguments.front());
    return parse_and_run(argc, argv);
  } catch (...) {
    const scalemark::Failure failure = scalemark::failure_of(std::current_exception());
    if (!failure.message.empty()) spdlog::error("{}", failure.message);
    return static_cast<int>(failure.exit_code);
  }
}
