#include "sweep/sweep.h"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/environment.h"
#include "core/log.h"
#include "measure/device.h"
#include "measure/trace.h"
#include "sweep/agreement.h"
#include "sweep/case_obstacle.h"
#include "sweep/largest_batch_search.h"
#include "sweep/progress.h"
#include "sweep/provenance.h"
#include "sweep/resume_plan.h"
#include "sweep/stop_request.h"
#include "sweep/sweep_job.h"
#include "sweep/visit_runner.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;

// What Slurm says of this job's end; an end that cannot be obeyed is said once.
StopRequest stop_request(const config::JobConfig& job, bool speaks) {
  const std::string slurm_end = process_environment(kSlurmEndVariable).value_or("");
  const Deadline deadline = job_deadline(job.wall_time_seconds, job.wall_time_auto, slurm_end, Moment::now());
  if (speaks && !deadline.ignored.empty()) spdlog::warn("{}", deadline.ignored);
  return StopRequest(deadline.time);
}

class Sweep {
 public:
  Sweep(const config::Experiment& experiment, const SweepOptions& options, const monitor::ControlGroup& world,
        monitor::RankMonitor& monitor, Onlookers& onlookers)
      : experiment_(experiment),
        options_(options),
        job_{.world = world,
             .monitor = monitor,
             .onlookers = onlookers,
             .groups = RankGroups(experiment, world, onlookers)},
        stop_(stop_request(experiment.job, job_.leads())),
        runner_(job_),
        cases_(experiment.cases) {}

  ExitCode run() {
    open();
    if (!find_largest_batches()) return stopped();
    const std::vector<Visit> visits = agreed_visits();
    Progress progress(visits.size(), is_quiet());
    std::set<std::size_t> ended;
    for (const Visit& visit : visits) {
      if (ended.contains(visit.case_index)) continue;
      const CaseConfig& config = cases_[visit.case_index];
      if (stop_agreed(config)) return stopped();
      if (runner_.perform(config, visit.repetition, progress)) ended.insert(visit.case_index);
    }
    const bool bad_case = job_.world.max(std::int64_t{job_.leads() && job_.book->holds_bad_case()}) != 0;
    return bad_case ? ExitCode::kCases : ExitCode::kSuccess;
  }

 private:
  bool is_quiet() const { return options_.quiet || !job_.leads(); }

  void open() {
    together(job_.world, [&] { require_runnable_case(experiment_, job_.world.size()); });
    job_.roofline = std::make_unique<RooflineFacts>(experiment_, job_.groups, job_.world);
    job_.groups.release_caches();
    results::ResultFile file = describe_job(experiment_, options_.command_line, job_.groups.devices(), job_.world);
    file.provenance.peaks = job_.roofline->peaks();
    together(job_.world, [&] {
      open_inputs();
      if (job_.leads()) open_book(file);
    });
  }

  void open_inputs() {
    for (const auto& config : experiment_.cases) {
      if (config.measure.trace != "none") measure::prepare_trace_folder(config.measure.trace);
      job_.datasets.get(config, data::Split::kTrain);
      if (config.measure.evaluate) job_.datasets.get(config, data::Split::kTest);
    }
  }

  void open_book(const results::ResultFile& file) {
    SweepFile kept(options_.output, options_.resume, experiment_.hash, file, [this] { job_.onlookers.before_write(); });
    job_.book = std::make_unique<CaseBook>(std::move(kept), job_.datasets);
  }

  // False where this job has to stop.
  bool find_largest_batches() {
    Progress progress(0, is_quiet());
    for (CaseConfig& config : cases_) {
      if (!config.max_batch) continue;
      const auto stop = [this](const CaseConfig& next) { return stop_agreed(next); };
      if (!find_largest_batch(config, job_, runner_, stop, progress)) return false;
    }
    return true;
  }

  // Only rank 0 knows what the file holds: its list is everybody's.
  std::vector<Visit> agreed_visits() {
    std::string text;
    if (job_.leads()) {
      const ResumePlan plan = plan_resume(
          cases_, job_.book->records(), [this](const CaseConfig& config) { return obstacle_to(config, job_); },
          std::random_device()());
      for (const auto& [index, verdict] : plan.verdicts) job_.book->settle(cases_[index], verdict);
      for (const Visit& visit : plan.visits) text += fmt::format("{} {} ", visit.case_index, visit.repetition);
    }
    std::istringstream words(job_.world.broadcast(text));
    std::vector<Visit> visits;
    for (Visit visit{}; words >> visit.case_index >> visit.repetition;) visits.push_back(visit);
    return visits;
  }

  bool stop_agreed(const CaseConfig& next) {
    return job_.world.max(std::int64_t{stop_.requested(runner_.expected_seconds(next.id))}) != 0;
  }

  ExitCode stopped() const {
    if (job_.leads()) spdlog::warn("stopped early; go on with: --resume --output {}", options_.output.string());
    return ExitCode::kStopped;
  }

  const config::Experiment& experiment_;
  const SweepOptions& options_;
  SweepJob job_;
  StopRequest stop_;
  VisitRunner runner_;
  std::vector<CaseConfig> cases_;  // of the experiment, with the batches that were searched for
};

}  // namespace

ExitCode run_sweep(const config::Experiment& experiment, const SweepOptions& options,
                   const monitor::ControlGroup& world, monitor::RankMonitor& monitor, Onlookers& onlookers) {
  return Sweep(experiment, options, world, monitor, onlookers).run();
}

}  // namespace scalemark::sweep
