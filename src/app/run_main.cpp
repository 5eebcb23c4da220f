// scalemark-run: the program that measures. `scalemark` starts it; mpirun or srun starts one per rank.

#include <c10/util/Exception.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

#include "app/comm_command.h"
#include "app/command_line.h"
#include "app/doctor_command.h"
#include "app/info_devices.h"
#include "app/json_flag.h"
#include "app/one_process.h"
#include "app/pack_command.h"
#include "app/quiet_end.h"
#include "app/run_command.h"
#include "core/environment.h"
#include "core/error.h"
#include "core/failure.h"
#include "core/log.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"
#include "mpi/mpi_session.h"
#include "sweep/agreement.h"
#include "sweep/next_command.h"
#include "sweep/startup_times.h"
#include "sweep/stop_request.h"

namespace {

using scalemark::ExitCode;

std::string joined(int argc, char** argv) {
  std::string line = "scalemark";
  for (int i = 1; i < argc; ++i) line += " " + scalemark::sweep::shell_word(argv[i]);
  return line;
}

[[noreturn]] void abort_job(const scalemark::monitor::ControlGroup& world, scalemark::monitor::RankMonitor& monitor,
                            const std::string& message, ExitCode code) {
  spdlog::error("rank {} of {}: {}", world.rank(), world.size(), message);
  monitor.fail(code);
}

/// What a rank does once MPI is up, and what it took to come there.
using RankProgram = std::function<ExitCode(const scalemark::monitor::ControlGroup&, scalemark::monitor::RankMonitor&,
                                           const scalemark::sweep::StartupTimes&)>;

// What every rank throws alike ends in order; what one rank throws alone ends the job, since the others wait for it.
ExitCode run_watched(const RankProgram& program, const scalemark::monitor::ControlGroup& world,
                     const scalemark::sweep::StartupTimes& startup) {
  scalemark::monitor::RankMonitor monitor(world);
  try {
    return program(world, monitor, startup);
  } catch (const scalemark::sweep::AgreedInputError& error) {
    if (world.rank() == 0) spdlog::error("{}", error.what());
    return error.exit_code();
  } catch (const scalemark::Error& error) {
    abort_job(world, monitor, error.what(), error.exit_code());
  } catch (const c10::Error& error) {
    abort_job(world, monitor, scalemark::first_line(error.what_without_backtrace()), ExitCode::kLaunch);
  } catch (...) {
    abort_job(world, monitor, scalemark::failure_of(std::current_exception()).message, ExitCode::kLaunch);
  }
}

ExitCode run_guarded(const RankProgram& program) {
  if (const ExitCode code = scalemark::app::check_launcher(); code != ExitCode::kSuccess) return code;
  scalemark::sweep::StopRequest::listen_for_signals();
  scalemark::sweep::StartupTimes startup;
  startup.add("program", scalemark::sweep::process_age_seconds());
  const scalemark::mpi::MpiSession mpi = startup.time("mpi", [] { return scalemark::mpi::MpiSession(); });
  const auto world = scalemark::monitor::ControlGroup::world();
  const ExitCode code = run_watched(program, world, startup);
  const auto worst = static_cast<ExitCode>(world.max(static_cast<std::int64_t>(code)));
  if (worst != ExitCode::kSuccess) scalemark::app::end_quietly(world.rank(), worst);
  return code;
}

/// The options of every subcommand.
struct CommandLine {
  std::string text;
  scalemark::app::RunOptions run;
  scalemark::app::RunOptions doctor;
  scalemark::app::CommOptions comm;
  scalemark::app::PackOptions pack;
  bool info_json = false;
};

void declare_subcommands(CLI::App& app, CommandLine& line) {
  app.set_version_flag("--version", [] { return scalemark::app::all_versions(); });
  app.require_subcommand(1);
  scalemark::app::add_run_options(*app.add_subcommand("run", "measure a sweep"), line.run);
  scalemark::app::add_doctor_options(*app.add_subcommand("doctor", "check the launch"), line.doctor);
  scalemark::app::add_comm_options(*app.add_subcommand("comm", "measure collectives"), line.comm);
  scalemark::app::add_pack_options(*app.add_subcommand("pack", "write a data set as one file"), line.pack);
  scalemark::app::add_json_flag(*app.add_subcommand("info", "library versions and devices"), line.info_json);
}

ExitCode run_subcommand(const std::string& name, const CommandLine& line) {
  if (name == "info" || name == "pack") scalemark::app::require_one_process(name);
  if (name == "info")
    std::cout << (line.info_json ? scalemark::app::installation_json() : scalemark::app::describe_installation());
  if (name == "pack") scalemark::app::pack(line.pack);
  if (name == "info" || name == "pack") return ExitCode::kSuccess;
  return run_guarded([&](const auto& world, auto& monitor, const auto& startup) {
    if (name == "doctor") return scalemark::app::doctor(line.doctor, world);
    if (name == "comm") return scalemark::app::comm(line.comm, line.text, world, monitor);
    return scalemark::app::run(line.run, line.text, world, monitor, startup);
  });
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Measures how deep-learning training scales over GPUs", "scalemark");
  CommandLine line{.text = joined(argc, argv), .run = {}, .doctor = {}, .comm = {}, .pack = {}, .info_json = false};
  declare_subcommands(app, line);
  if (const auto code = scalemark::app::read_command_line(app, {argv + 1, argv + argc})) return static_cast<int>(*code);
  scalemark::set_up_logging(line.run.quiet);
  return static_cast<int>(run_subcommand(app.get_subcommands().front()->get_name(), line));
}

}  // namespace

int main(int argc, char** argv) {
  scalemark::set_up_logging(/*quiet=*/false);
  try {
    return parse_and_run(argc, argv);
  } catch (const scalemark::InputError& error) {
    // Before MPI is up only the launcher's environment tells the ranks apart: what every rank finds is said once.
    if (scalemark::launcher_rank().value_or(0) == 0) spdlog::error("{}", error.what());
    return static_cast<int>(ExitCode::kInput);
  } catch (...) {
    const scalemark::Failure failure = scalemark::failure_of(std::current_exception());
    if (!failure.message.empty()) spdlog::error("{}", failure.message);
    return static_cast<int>(failure.exit_code);
  }
}
