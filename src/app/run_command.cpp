#include "app/run_command.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "app/doctor_command.h"
#include "config/experiment.h"
#include "core/environment.h"
#include "core/error.h"
#include "core/faults.h"
#include "core/log.h"
#include "doctor/wishes.h"
#include "measure/host_map.h"
#include "sweep/agreement.h"
#include "sweep/estimate.h"
#include "sweep/next_command.h"
#include "sweep/own_networks.h"
#include "sweep/provenance.h"
#include "sweep/sweep.h"

namespace scalemark::app {
namespace {

// OMP_NUM_THREADS decides; without it this rank takes its share of the cores that it may run on.
void share_cores(const monitor::ControlGroup& world) {
  if (process_environment("OMP_NUM_THREADS")) return;
  const int cores = std::max(1, static_cast<int>(measure::allowed_cores().size()));
  // Ranks that a launcher bound to cores of their own have few; ranks that it did not bind see all the node's.
  const auto node_cores = static_cast<int>(std::thread::hardware_concurrency());
  at::set_num_threads(cores < node_cores ? cores : std::max(1, cores / world.node_size()));
}

std::filesystem::path output_path(const RunOptions& options, const std::string& name) {
  if (!options.output.empty()) return options.output;
  if (const auto job = process_environment("SLURM_JOB_ID")) return fmt::format("{}-{}.h5", name, *job);
  std::string time = sweep::utc_now();
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{}-{}.h5", name, time);
}

// A job that Slurm has requeued goes on with its own file.
bool was_requeued(const std::filesystem::path& output) {
  return number_in(process_environment, "SLURM_RESTART_COUNT").value_or(0) > 0 && std::filesystem::exists(output);
}

// A job that goes on needs the file to go on with.
void require_output(const RunOptions& options, const config::Experiment& experiment,
                    const std::filesystem::path& output, const monitor::ControlGroup& world) {
  sweep::together(world, [&] {
    if (!options.resume || !options.output.empty() || world.rank() != 0) return;
    if (const auto lack = sweep::lacks_output(experiment, output, ".")) throw InputError(*lack);
  });
}

void warn_of(const config::Experiment& experiment, const Faults& faults) {
  for (const auto& warning : experiment.warnings) spdlog::warn("{}", warning);
  if (!faults.text().empty()) spdlog::warn("faults on purpose: {}={}", kFaultVariable, faults.text());
}

ExitCode show_plan(const config::Experiment& experiment, const monitor::ControlGroup& world,
                   sweep::Onlookers& onlookers) {
  const auto plan = sweep::plan_cases(experiment, world, onlookers);
  if (world.rank() == 0) std::cout << sweep::format_plan(experiment, plan);
  return ExitCode::kSuccess;
}

std::string classes_of(const config::Experiment& experiment) {
  std::string text;
  for (const auto& one : experiment.cases) text += fmt::format("{} ", one.dataset.classes);
  return text;
}

// Each rank counts the class folders of its own host: other numbers would be other networks. Collective.
void require_same_classes(const config::Experiment& experiment, const monitor::ControlGroup& world) {
  const std::string on_rank_0 = world.broadcast(classes_of(experiment));
  sweep::together(world, [&] {
    if (classes_of(experiment) != on_rank_0)
      throw InputError(
          "this host's data set has another number of class folders than rank 0's: copy all of it, or set "
          "dataset.classes");
  });
}

}  // namespace

ExitCode run(const RunOptions& options, const std::string& command_line, const monitor::ControlGroup& world,
             monitor::RankMonitor& monitor, const sweep::StartupTimes& startup) {
  share_cores(world);
  config::Experiment experiment;
  Faults faults;
  sweep::together(world, [&] {
    experiment = config::load_experiment(options.config, options.laid_over());
    faults = Faults::from_environment(world.rank());
  });
  require_same_classes(experiment, world);
  sweep::require_own_networks(experiment, world);
  if (world.rank() == 0) warn_of(experiment, faults);
  faults.at("set_up");
  sweep::Onlookers onlookers(monitor.activity(), faults);
  doctor::Wishes wishes = doctor::wishes_of(experiment.cases);
  if (options.dry_run) wishes.least_ranks = wishes.most_ranks = 1;  // a plan needs no ranks
  if (const ExitCode code = check_launch(wishes, world); code != ExitCode::kSuccess) return code;
  if (options.dry_run) return show_plan(experiment, world, onlookers);
  const std::filesystem::path output = world.broadcast(output_path(options, experiment.name).string());
  require_output(options, experiment, output, world);
  if (world.rank() == 0)
    spdlog::info("{}: {} cases on {} ranks, into {}", experiment.name, experiment.cases.size(), world.size(),
                 output.string());
  const sweep::SweepOptions sweep_options{.output = output,
                                          .resume = options.resume || was_requeued(output),
                                          .quiet = options.quiet,
                                          .command_line = command_line,
                                          .startup = startup};
  return sweep::run_sweep(experiment, sweep_options, world, monitor, onlookers);
}

}  // namespace scalemark::app
