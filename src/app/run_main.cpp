// scalemark-run: the program that measures. `scalemark` starts it; mpirun or srun starts one per rank.

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "app/comm_command.h"
#include "app/doctor_command.h"
#include "app/info_devices.h"
#include "app/pack_command.h"
#include "app/run_command.h"
#include "core/error.h"
#include "core/log.h"
#include "core/version.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"
#include "mpi/mpi_session.h"
#include "sweep/agreement.h"
#include "sweep/stop_request.h"

namespace {

using scalemark::ExitCode;

std::string joined(int argc, char** argv) {
  std::string line = "scalemark";
  for (int i = 1; i < argc; ++i) line += fmt::format(" {}", argv[i]);
  return line;
}

// Before MPI is up only the launcher's environment tells the ranks apart; a usage error is said once.
bool speaks() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return std::string(rank) == "0";
  }
  return true;
}

[[noreturn]] void abort_job(const scalemark::monitor::ControlGroup& world, scalemark::monitor::RankMonitor& monitor,
                            const std::string& message, ExitCode code) {
  spdlog::error("rank {} of {}: {}", world.rank(), world.size(), message);
  monitor.fail(code);
}

/// What a rank does once MPI is up.
using RankProgram = std::function<ExitCode(const scalemark::monitor::ControlGroup&, scalemark::monitor::RankMonitor&)>;

// What every rank throws alike ends in order; what one rank throws alone ends the job, since the others wait for it.
ExitCode run_guarded(const RankProgram& program) {
  if (const ExitCode code = scalemark::app::check_launcher(); code != ExitCode::kSuccess) return code;
  scalemark::sweep::StopRequest::listen_for_signals();
  const scalemark::mpi::MpiSession mpi;
  const auto world = scalemark::monitor::ControlGroup::world();
  scalemark::monitor::RankMonitor monitor(world);
  try {
    return program(world, monitor);
  } catch (const scalemark::sweep::AgreedInputError& error) {
    if (world.rank() == 0) spdlog::error("{}", error.what());
    return error.exit_code();
  } catch (const scalemark::Error& error) {
    abort_job(world, monitor, error.what(), error.exit_code());
  } catch (const c10::Error& error) {
    abort_job(world, monitor, error.what_without_backtrace(), ExitCode::kLaunch);
  } catch (const std::exception& error) {
    abort_job(world, monitor, error.what(), ExitCode::kLaunch);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures how deep-learning training scales over GPUs", "scalemark-run");
  app.set_version_flag("--version", scalemark::software_version());
  app.require_subcommand(1);
  scalemark::app::RunOptions options;
  scalemark::app::add_run_options(*app.add_subcommand("run", "measure a sweep"), options);
  scalemark::app::RunOptions doctor_options;
  scalemark::app::add_doctor_options(*app.add_subcommand("doctor", "check the launch"), doctor_options);
  scalemark::app::CommOptions comm_options;
  scalemark::app::add_comm_options(*app.add_subcommand("comm", "measure collectives"), comm_options);
  app.add_subcommand("info", "library versions and devices")->callback([] {
    std::cout << scalemark::app::describe_installation();
  });
  scalemark::app::PackOptions pack_options;
  scalemark::app::add_pack_options(*app.add_subcommand("pack", "a data set as one file"), pack_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = speaks() ? app.exit(error) : error.get_exit_code();
    return status == 0 ? 0 : static_cast<int>(ExitCode::kInput);
  }
  if (app.got_subcommand("info")) return 0;
  scalemark::set_up_logging(options.quiet);
  const std::string command_line = joined(argc, argv);
  const RankProgram run = [&](const auto& world, auto& monitor) {
    return scalemark::app::run(options, command_line, world, monitor);
  };
  const RankProgram doctor = [&](const auto& world, auto&) { return scalemark::app::doctor(doctor_options, world); };
  const RankProgram comm = [&](const auto& world, auto& monitor) {
    return scalemark::app::comm(comm_options, command_line, world, monitor);
  };
  try {
    if (app.got_subcommand("pack")) {
      scalemark::app::pack(pack_options);
      return 0;
    }
    if (app.got_subcommand("comm")) return static_cast<int>(run_guarded(comm));
    return static_cast<int>(run_guarded(app.got_subcommand("run") ? run : doctor));
  } catch (const scalemark::Error& error) {
    spdlog::error("{}", error.what());
    return static_cast<int>(error.exit_code());
  }
}
