// scalemark: the command that people type. It needs neither LibTorch nor MPI; what measures is its sibling
// scalemark-run.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "app/comm_options.h"
#include "app/command_line.h"
#include "app/commands.h"
#include "app/one_process.h"
#include "app/own_versions.h"
#include "app/pack_options.h"
#include "app/quiet_end.h"
#include "app/run_options.h"
#include "app/sibling.h"
#include "config/experiment.h"
#include "core/environment.h"
#include "core/error.h"
#include "core/failure.h"
#include "core/log.h"

namespace {

using scalemark::ExitCode;
using scalemark::app::RunOptions;
using Words = std::vector<std::string>;

/// Of the subcommands that the sibling runs. They are read here too: for help, and for a mistake that is said before
/// LibTorch is loaded.
struct SiblingOptions {
  RunOptions run;
  RunOptions doctor;
  scalemark::app::CommOptions comm;
  scalemark::app::PackOptions pack;
};

// One process alone says what is wrong with its config at once. Under a launcher the ranks agree on it, in the sibling.
void check_config(const RunOptions& options) {
  if (scalemark::launcher_rank() || options.config.empty()) return;
  scalemark::config::load_experiment(options.config, options.laid_over());
}

void add_sibling_commands(CLI::App& app, SiblingOptions& options, const Words& words) {
  const auto start = [&words] { scalemark::app::replace_by_sibling("scalemark-run", words); };
  auto* run = app.add_subcommand("run", "measure a sweep; start it by mpirun or srun, or alone");
  scalemark::app::add_run_options(*run, options.run);
  run->callback([&options, start] {
    check_config(options.run);
    start();
  });
  auto* doctor = app.add_subcommand("doctor",
                                    "check the launch before a run costs time; start it as you would start "
                                    "run");
  scalemark::app::add_doctor_options(*doctor, options.doctor);
  doctor->callback([&options, start] {
    check_config(options.doctor);
    start();
  });
  auto* comm = app.add_subcommand("comm", "measure collectives, as nccl-tests does; start it as you would start run");
  scalemark::app::add_comm_options(*comm, options.comm);
  comm->callback(start);
  auto* pack = app.add_subcommand("pack", "write a data set as one file, for slow file systems");
  scalemark::app::add_pack_options(*pack, options.pack);
  pack->callback(start);
}

// With those of the libraries where what measures is installed.
std::string versions() {
  const bool speaks = scalemark::launcher_rank().value_or(0) == 0;
  if (speaks && scalemark::app::has_sibling("scalemark-run"))
    scalemark::app::replace_by_sibling("scalemark-run", {"--version"});
  std::string text = scalemark::app::own_versions();
  text.pop_back();
  return text;
}

int parse_and_run(const Words& words) {
  CLI::App app("Measures how deep-learning training scales over GPUs, and where the lost speed-up went", "scalemark");
  app.set_version_flag("--version", versions);
  app.require_subcommand(1);
  app.footer(
      "A first measurement and its report:\n"
      "  scalemark run configs/quickstart.yaml --output quickstart.h5\n"
      "  scalemark report quickstart.h5\n"
      "Each command has its own help: scalemark run --help. README.md and docs/ say more.");
  SiblingOptions of_sibling;
  add_sibling_commands(app, of_sibling, words);
  scalemark::app::add_report_command(app);
  scalemark::app::add_compare_command(app);
  scalemark::app::add_import_command(app);
  scalemark::app::add_predict_command(app);
  scalemark::app::add_nodes_command(app);
  scalemark::app::add_trend_command(app);
  scalemark::app::add_info_command(app);
  scalemark::app::add_list_command(app);
  return static_cast<int>(scalemark::app::read_command_line(app, words).value_or(ExitCode::kSuccess));
}

// Rank 1 says that the command is one process; rank 0 goes on.
bool is_one_too_many(const Words& words) {
  constexpr std::array<std::string_view, 4> kOfSibling{"run", "doctor", "comm", "pack"};
  if (words.empty() || words.front().starts_with('-') || std::ranges::count(kOfSibling, words.front()) > 0)
    return false;
  try {
    scalemark::app::require_one_process(words.front());
    return false;
  } catch (const scalemark::LaunchError& error) {
    if (const std::string message = error.what(); !message.empty()) spdlog::error("{}", message);
    return true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  scalemark::set_up_logging(/*quiet=*/false);
  try {
    const Words words(argv + 1, argv + argc);
    setenv("SCALEMARK_STARTED_AS", argv[0], 1);  // for the next command that scalemark-run prints
    if (is_one_too_many(words)) return static_cast<int>(ExitCode::kLaunch);
    return parse_and_run(words);
  } catch (...) {
    const scalemark::Failure failure = scalemark::failure_of(std::current_exception());
    const int rank = scalemark::launcher_rank().value_or(0);
    // A mistake in what was typed is every rank's, and is said once.
    const bool own = failure.exit_code != ExitCode::kInput || !scalemark::app::has_sibling("scalemark-run");
    if (rank == 0 || own) spdlog::error("{}", failure.message);
    scalemark::app::end_quietly(rank, failure.exit_code);
    return static_cast<int>(failure.exit_code);
  }
}
