#include "app/doctor_command.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include "core/log.h"
#include "core/text/shown_text.h"
#include "doctor/checks.h"
#include "doctor/diagnosis.h"
#include "doctor/diagnosis_json.h"
#include "doctor/gather.h"
#include "doctor/wishes.h"
#include "sweep/agreement.h"
#include "sweep/image_check.h"
#include "sweep/own_networks.h"

namespace scalemark::app {
namespace {

using doctor::Severity;

void log(const doctor::Finding& finding) {
  if (finding.severity == Severity::kFault) {
    spdlog::error("{}", doctor::describe(finding));
  } else {
    spdlog::warn("{}", doctor::describe(finding));
  }
}

// Rank 0's judgement on every rank. Where each process is a world of its own, each is its rank 0.
ExitCode agreed(const monitor::ControlGroup& world, ExitCode code) {
  return static_cast<ExitCode>(world.max(std::int64_t{static_cast<int>(code)}));
}

ExitCode judge(const monitor::ControlGroup& world, const doctor::JobFacts& job) {
  return agreed(world, world.rank() == 0 ? doctor::exit_code(doctor::diagnose(job)) : ExitCode::kSuccess);
}

bool speaks(const monitor::ControlGroup& world) {
  return world.rank() == 0 && doctor::launch_facts().launcher_rank == 0;
}

std::optional<config::Experiment> load(const RunOptions& options, const monitor::ControlGroup& world) {
  std::optional<config::Experiment> experiment;
  if (options.config.empty()) return experiment;
  sweep::together(world, [&] { experiment = config::load_experiment(options.config, options.laid_over()); });
  sweep::require_own_networks(*experiment, world);
  return experiment;
}

// Where every rank finds the data.
void look_at_images(const monitor::ControlGroup& world, const config::Experiment& experiment, doctor::JobFacts& job) {
  const bool missing = world.rank() == 0 && !doctor::check_data(job).empty();
  if (world.max(std::int64_t{missing}) != 0) return;
  sweep::DatasetCache datasets;
  job.images = sweep::check_images(experiment, world, datasets);
}

}  // namespace

ExitCode check_launcher() {
  const doctor::LaunchFacts launch = doctor::launch_facts();
  ExitCode code = ExitCode::kSuccess;
  for (const auto& finding : doctor::check_launcher(launch)) {
    if (launch.launcher_rank == 0) log(finding);
    code = std::max(code, finding.exit_code);
  }
  return code;
}

ExitCode doctor(const RunOptions& options, const monitor::ControlGroup& world) {
  const auto loaded = load(options, world);
  if (loaded && speaks(world)) {
    for (const auto& warning : loaded->warnings) spdlog::warn("{}", warning);
  }
  const config::Experiment* experiment = loaded ? &*loaded : nullptr;
  doctor::JobFacts job = doctor::gather_facts(world, loaded ? doctor::wishes_of(loaded->cases) : doctor::Wishes{});
  const std::filesystem::path in_this_folder = "results.h5";
  doctor::try_storage(world, experiment, options.output.empty() ? in_this_folder : options.output, job);
  if (experiment != nullptr) look_at_images(world, *experiment, job);
  // A reduction over a launch that is known to be broken would only hang.
  if (judge(world, job) != ExitCode::kLaunch) doctor::try_reduction(world, job);
  if (speaks(world)) {
    const auto verdicts = doctor::diagnose(job);
    std::cout << (options.json ? doctor::diagnosis_json(job, verdicts)
                               : shown_text(doctor::diagnosis_page(job, verdicts)))
              << std::flush;
  }
  return judge(world, job);
}

ExitCode check_launch(const doctor::Wishes& wishes, const monitor::ControlGroup& world) {
  const doctor::JobFacts job = doctor::gather_facts(world, wishes);
  if (speaks(world)) {
    for (const auto& verdict : doctor::diagnose(job)) {
      for (const auto& finding : verdict.findings) log(finding);
    }
  }
  return judge(world, job);
}

}  // namespace scalemark::app
