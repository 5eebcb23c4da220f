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
#include "sweep/image_check.h"
#include "sweep/largest_batch_search.h"
#include "sweep/next_command.h"
#include "sweep/precision_text.h"
#include "sweep/progress.h"
#include "sweep/provenance.h"
#include "sweep/repetition_plan.h"
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
             .groups = RankGroups(experiment, world, onlookers),
             .output = options.output},
        stop_(stop_request(experiment.job, job_.leads())),
        runner_(job_, stop_),
        cases_(experiment.cases) {}

  ExitCode run() {
    open();
    if (const StopReason reason = find_largest_batches(); reason != StopReason::kNone) return stopped(reason);
    adopt_decisions();
    // The visits that the config asks for, and then those that their scatter asks for.
    do {
      const StopReason reason = perform_missing();
      if (reason == StopReason::kTime && time_is_the_plan()) break;
      if (reason != StopReason::kNone) return stopped(reason);
    } while (decide_more());
    say_end();
    const bool bad_case = agreed(job_.leads() && job_.book->holds_bad_case());
    return bad_case ? ExitCode::kCases : ExitCode::kSuccess;
  }

 private:
  bool is_quiet() const { return options_.quiet || !job_.leads(); }

  void open() {
    together(job_.world, [&] { require_runnable_case(experiment_, job_.world.size()); });
    StartupTimes startup = options_.startup;
    startup.add(job_.groups.startup());
    job_.roofline = startup.time("device_peaks",
                                 [&] { return std::make_unique<RooflineFacts>(experiment_, job_.groups, job_.world); });
    job_.groups.release_caches();
    results::ResultFile file = describe_job(experiment_, options_.command_line, job_.groups.devices(), job_.world);
    file.provenance.peaks = job_.roofline->peaks();
    startup.time("data_sets", [&] { together(job_.world, [&] { open_inputs(); }); });
    file.provenance.startup_seconds = startup.of_slowest_rank(job_.world);
    require_sound_images(experiment_, job_.world, job_.datasets);
    StopRequest::begin_sweep(job_.leads(), next_start());
    together(job_.world, [&] {
      if (job_.leads()) open_book(file);
    });
  }

  void open_inputs() {
    for (const auto& config : experiment_.cases) {
      if (config.measure.trace != "none") measure::prepare_trace_folder(config.measure.trace);
      job_.datasets.get(config, data::Split::kTrain);
      if (config.measure.needs_test_set()) job_.datasets.get(config, data::Split::kTest);
    }
  }

  void open_book(const results::ResultFile& file) {
    SweepFile kept(options_.output, options_.resume, experiment_.hash, file,
                   [this](const auto& write) { job_.onlookers.around_write(options_.output, write); });
    job_.book = std::make_unique<CaseBook>(std::move(kept), job_.datasets);
  }

  // The reason where this job has to stop.
  StopReason find_largest_batches() {
    Progress progress(0, is_quiet(), doing());
    StopReason reason = StopReason::kNone;
    for (CaseConfig& config : cases_) {
      if (!config.max_batch) continue;
      const auto stop = [&](const CaseConfig& next) { return (reason = stop_agreed(next)) != StopReason::kNone; };
      if (!find_largest_batch(config, job_, runner_, stop, progress)) break;
    }
    return reason;
  }

  // What this rank is doing, for who waits.
  Progress::Doing doing() const {
    return [this] {
      const std::string what = job_.monitor.activity().snapshot().what;
      const std::size_t visit = what.find(" of repetition ");
      return visit == std::string::npos ? std::string("preparing") : what.substr(0, visit);
    };
  }

  StopReason perform_missing() {
    const std::vector<Visit> visits = agreed_visits();
    Progress progress(visits.size(), is_quiet(), doing(), [this](const results::CaseRecord& record) {
      return precision_remark(record, cases_, records());
    });
    std::set<std::size_t> ended;
    for (const Visit& visit : visits) {
      if (ended.contains(visit.case_index)) continue;
      const CaseConfig& config = cases_[visit.case_index];
      if (const StopReason reason = stop_agreed(config); reason != StopReason::kNone) return reason;
      if (runner_.perform(config, visit.repetition, progress)) ended.insert(visit.case_index);
      if (runner_.stopped_by() != StopReason::kNone) return runner_.stopped_by();
    }
    return StopReason::kNone;
  }

  // On rank 0.
  const std::vector<results::CaseRecord>& records() const { return job_.book->records(); }

  bool agreed(bool of_some_rank) const { return job_.world.max(std::int64_t{of_some_rank}) != 0; }

  // True where the pilots that are complete now ask for more.
  bool decide_more() {
    bool decided = false;
    if (job_.leads()) {
      const auto decisions = decide_repetitions(cases_, records());
      for (const auto& decision : decisions) job_.book->plan(cases_[decision.case_index], decision);
      decided = !decisions.empty();
    }
    if (!agreed(decided)) return false;
    adopt_decisions();
    return true;
  }

  // What the file holds of this job's decisions and those of earlier ones counts on every rank.
  void adopt_decisions() {
    std::string text;
    if (job_.leads()) {
      for (const auto& config : with_decisions(cases_, records()))
        text += std::to_string(config.measure.repetitions) + ' ';
    }
    std::istringstream numbers(job_.world.broadcast(text));
    for (CaseConfig& config : cases_) numbers >> config.measure.repetitions;
  }

  // With `measure.repetitions: auto` the config's own wall time bounds what is measured: its end is no failure once
  // every case can be given an interval.
  bool time_is_the_plan() const {
    return experiment_.job.wall_time_seconds && agreed(job_.leads() && all_have_intervals(cases_, records()));
  }

  void say_end() const {
    if (!job_.leads()) return;
    if (const std::string summary = precision_summary(cases_, records()); !summary.empty()) spdlog::info("{}", summary);
    spdlog::info("{}", closing_line(cases_, records(), options_.output, job_.world.size()));
  }

  // Only rank 0 knows what the file holds: its list is everybody's.
  std::vector<Visit> agreed_visits() {
    std::string text;
    if (job_.leads()) {
      const ResumePlan plan = plan_resume(
          cases_, records(), [this](const CaseConfig& config) { return obstacle_to(config, job_); },
          std::random_device()());
      for (const auto& [index, verdict] : plan.verdicts) job_.book->settle(cases_[index], verdict);
      for (const Visit& visit : plan.visits) text += fmt::format("{} {} ", visit.case_index, visit.repetition);
    }
    std::istringstream words(job_.world.broadcast(text));
    std::vector<Visit> visits;
    for (Visit visit{}; words >> visit.case_index >> visit.repetition;) visits.push_back(visit);
    return visits;
  }

  StopReason stop_agreed(const CaseConfig& next) {
    const StopReason mine = stop_.reason(runner_.expected_seconds(next.id));
    return static_cast<StopReason>(job_.world.max(static_cast<std::int64_t>(mine)));
  }

  ExitCode stopped(StopReason reason) const {
    if (job_.leads()) spdlog::warn("stopped early by {}; go on with: {}", to_string(reason), next_start());
    return ExitCode::kStopped;
  }

  std::string next_start() const { return resume_command(options_.command_line, options_.output, job_.world.size()); }

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
