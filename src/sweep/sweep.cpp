#include "sweep/sweep.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/log.h"
#include "measure/device.h"
#include "measure/trace.h"
#include "results/schema.h"
#include "sweep/agreement.h"
#include "sweep/batch_probes.h"
#include "sweep/case_order.h"
#include "sweep/case_recorder.h"
#include "sweep/dataset_cache.h"
#include "sweep/progress.h"
#include "sweep/provenance.h"
#include "sweep/rank_groups.h"
#include "sweep/roofline_facts.h"
#include "sweep/stop_request.h"
#include "sweep/sweep_file.h"
#include "train/case_measurement.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;
using results::CaseRecord;
using results::CaseStatus;

constexpr int kInterruptionsAllowed = 2;

class Sweep {
 public:
  Sweep(const config::Experiment& experiment, const SweepOptions& options, const monitor::ControlGroup& world,
        monitor::RankMonitor& monitor, Onlookers& onlookers)
      : experiment_(experiment),
        options_(options),
        world_(world),
        monitor_(monitor),
        onlookers_(onlookers),
        groups_(experiment, world, onlookers),
        stop_(job_deadline(experiment.cases.front().limits.wall_time_seconds,
                           experiment.cases.front().limits.wall_time_auto)),
        cases_(experiment.cases) {}

  ExitCode run() {
    open();
    for (CaseConfig& config : cases_) {
      if (config.max_batch && !find_largest_batch(config)) return stopped();
    }
    const std::vector<Visit> visits = agreed_visits();
    Progress progress(visits.size(), options_.quiet || !leads());
    for (const Visit& visit : visits) {
      if (ended_.contains(visit.case_index)) continue;
      const CaseConfig& config = cases_[visit.case_index];
      if (stop_agreed(config)) return stopped();
      if (perform(config, visit.repetition, progress)) ended_.insert(visit.case_index);
    }
    return world_.max(std::int64_t{leads() && file_->holds_bad_case()}) != 0 ? ExitCode::kCases : ExitCode::kSuccess;
  }

 private:
  bool leads() const { return world_.rank() == 0; }

  void open() {
    const auto device = groups_.group(experiment_.cases.front()).device;
    description_ = measure::describe_device(device);
    roofline_ = std::make_unique<RooflineFacts>(experiment_, device, world_);
    groups_.group(experiment_.cases.front()).memory.release_cache();
    results::ResultFile job = describe_job(experiment_, options_.command_line, description_, world_);
    job.provenance.peaks = roofline_->peaks();
    together(world_, [&] {
      for (const auto& config : experiment_.cases) {
        if (config.measure.trace != "none") measure::prepare_trace_folder(config.measure.trace);
        datasets_.get(config, data::Split::kTrain);
        if (config.measure.evaluate) datasets_.get(config, data::Split::kTest);
      }
      if (leads())
        file_ = std::make_unique<SweepFile>(options_.output, options_.resume, experiment_.hash, job,
                                            [this] { onlookers_.before_write(); });
    });
  }

  // Why this case cannot run here, which is known before anything is tried.
  std::optional<std::string> reason_to_skip(const CaseConfig& config) {
    if (config.ranks() > world_.size()) {
      return fmt::format("needs {} ranks, {} were launched", config.ranks(), world_.size());
    }
    const int visible_gpus = measure::cuda_device_count();
    if (config.train.mode == config::Mode::kDataParallel && groups_.uses_cuda(config) && config.gpus > visible_gpus) {
      return fmt::format("one rank with {} GPUs was asked for, {} are visible to it", config.gpus, visible_gpus);
    }
    const std::int64_t images = datasets_.get(config, data::Split::kTrain)->size();
    if (images < config.global_batch()) {
      return fmt::format("a global batch of {} needs more than the {} images of the data set", config.global_batch(),
                         images);
    }
    const auto device = measure::describe_device(groups_.group(config).device);
    if (config.train.precision == config::Precision::kTf32 && !device.has_tf32) return device.name + " has no TF32";
    if (config.train.precision == config::Precision::kBf16 && !device.has_bfloat16)
      return device.name + " has no bfloat16";
    return train::unmet_demand(config, *datasets_.get(config, data::Split::kTrain), groups_.group(config).device);
  }

  // The repetitions that need no visit: those in the file, or all of a case that is settled otherwise. On rank 0.
  int repetitions_done(const CaseConfig& config) {
    if (const CaseRecord* record = file_->find(config.id)) {
      // In flight a case is `failed` too, until its first repetition is in.
      const bool settled_as_failed = record->row.status == CaseStatus::kFailed && record->interruptions == 0;
      if (settled_as_failed || record->row.status == CaseStatus::kOom || record->row.status == CaseStatus::kInvalid)
        return config.measure.repetitions;
      if (record->interruptions >= kInterruptionsAllowed) {
        settle(config, CaseStatus::kFailed,
               fmt::format("the job died {} times while this case was in flight", record->interruptions));
        return config.measure.repetitions;
      }
      const auto phases = record->arms.find("phases");
      if (phases != record->arms.end()) return static_cast<int>(phases->second.repetitions());
    }
    if (const auto reason = reason_to_skip(config)) {
      settle(config, CaseStatus::kSkipped, *reason);
      return config.measure.repetitions;
    }
    return 0;
  }

  CaseRecord record_of(const CaseConfig& config) {
    if (const CaseRecord* record = file_->find(config.id)) return *record;
    CaseRecord record = new_record(config, datasets_.get(config, data::Split::kTrain)->size());
    if (const auto added = search_parameters_.find(config.id); added != search_parameters_.end())
      record.parameters.push_back(added->second);
    return record;
  }

  void settle(const CaseConfig& config, CaseStatus status, const std::string& reason) {
    CaseRecord record = record_of(config);
    record.row.status = status;
    record.row.reason = reason;
    record.interruptions = 0;
    spdlog::info("{}: {}: {}", config.id, results::to_string(status), reason);
    file_->keep(std::move(record));
  }

  // Only rank 0 knows what the file holds: its list is everybody's.
  std::vector<Visit> agreed_visits() {
    std::string text;
    if (leads()) {
      std::map<std::string, int> done;
      for (const auto& config : cases_) done[config.id] = repetitions_done(config);
      for (const Visit& visit : order_visits(cases_, [&](const CaseConfig& config) { return done.at(config.id); })) {
        text += fmt::format("{} {} ", visit.case_index, visit.repetition);
      }
    }
    std::istringstream words(world_.broadcast(text));
    std::vector<Visit> visits;
    for (Visit visit{}; words >> visit.case_index >> visit.repetition;) visits.push_back(visit);
    return visits;
  }

  bool stop_agreed(const CaseConfig& next) {
    const auto expected = visit_seconds_.find(next.id);
    return world_.max(std::int64_t{stop_.requested(expected == visit_seconds_.end() ? 0 : expected->second)}) != 0;
  }

  ExitCode stopped() const {
    if (leads()) spdlog::warn("stopped early; go on with: --resume --output {}", options_.output.string());
    return ExitCode::kStopped;
  }

  // Gives the case the largest batch that fits, found by probes that are cases of their own in the file: what they say
  // is all that the search remembers, so that it goes on where a stopped job left it. False where this job has to stop.
  bool find_largest_batch(CaseConfig& config) {
    if (world_.max(std::int64_t{leads() && reason_to_skip(config)}) != 0) return true;
    const std::int64_t images = datasets_.get(config, data::Split::kTrain)->size();
    const BatchRange range{config.batch_per_gpu, images / config.gpus};
    Progress progress(0, options_.quiet || !leads());
    while (const std::int64_t batch = from_rank_0([&] { return next_batch(range, tried(config)).value_or(0); })) {
      const CaseConfig probe = probe_of(config, batch);
      if (stop_agreed(probe)) return false;
      search_parameters_[probe.id] = {results::schema::kProbeOf, config.id};
      const bool died_of_it = from_rank_0([&] { return repetitions_done(probe); }) > 0;
      if (!died_of_it) perform(probe, 0, progress);
    }
    const std::int64_t largest = from_rank_0([&] { return largest_fitting(tried(config)); });
    if (largest > 0) {
      config.batch_per_gpu = largest;
      search_parameters_[config.id] = {results::schema::kBatchStep, range.step};
    } else if (leads()) {
      settle(config, CaseStatus::kOom, "not even the first batch of the search fits");
    }
    return true;
  }

  std::vector<TriedBatch> tried(const CaseConfig& config) const { return tried_batches(file_->cases(), config.id); }

  // No number that is broadcast here is negative.
  std::int64_t from_rank_0(const std::function<std::int64_t()>& number) {
    return world_.max(leads() ? number() : std::int64_t{0});
  }

  // One visit; true where the case is over before its last repetition.
  bool perform(const CaseConfig& config, int repetition, Progress& progress) {
    const auto begin = std::chrono::steady_clock::now();
    bool ended = false;
    ++visit_number_;
    monitor_.set_timeout(config.limits.case_timeout_seconds);
    if (groups_.group(config).communicator != nullptr) {
      onlookers_.begin_visit(visit_number_, fmt::format("repetition {} of case {}", repetition, config.id));
      ended = measure(config, repetition, progress);
      onlookers_.end_visit();
    }
    visit_seconds_[config.id] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return world_.max(std::int64_t{ended}) != 0;
  }

  // One visit on a rank that takes part; true where the case is over (it does not fit, or is invalid).
  bool measure(const CaseConfig& config, int repetition, Progress& progress) {
    const RankGroup group = groups_.group(config);
    CaseRecord record;
    if (leads()) {
      progress.begin(config.id, repetition, config.measure.repetitions);
      record = record_of(config);
      ++record.interruptions;
      file_->keep(record);
    }
    const bool fits = measure_samples(config, repetition, group, record);
    group.memory.set_limit(std::nullopt);
    group.memory.release_cache();
    if (!leads()) return !fits;
    record.interruptions = 0;
    const bool over = !fits || record.row.status == CaseStatus::kInvalid;
    file_->keep(record);
    progress.end(record, over || repetition + 1 == config.measure.repetitions);
    return over;
  }

  bool measure_samples(const CaseConfig& config, int repetition, const RankGroup& group, CaseRecord& record) {
    const train::CaseContext context{group.device,
                                     *group.communicator,
                                     group.control,
                                     group.memory,
                                     group.watch,
                                     onlookers_.of_cases(),
                                     datasets_.get(config, data::Split::kTrain),
                                     config.measure.evaluate ? datasets_.get(config, data::Split::kTest) : nullptr};
    // Before the case: counting its operations takes a network's memory, which is none of the case's.
    if (leads()) roofline_->fill(config, record.execution);
    std::unique_ptr<train::CaseMeasurement> measured;
    std::string shortage;
    try {
      measured = std::make_unique<train::CaseMeasurement>(config, context);
    } catch (const c10::OutOfMemoryError& error) {
      shortage = error.what_without_backtrace();
    } catch (const std::bad_alloc&) {
      shortage = "the host's memory is exhausted";
    }
    if (!everyone_fits(group.control, shortage, record)) return false;
    try {
      append_repetition(measured->run(repetition), repetition, measure::describe_device(group.device), group.control,
                        record);
    } catch (const train::OutOfMemory& error) {
      return everyone_fits(group.control, error.what(), record);
    }
    return true;
  }

  static bool everyone_fits(const monitor::ControlGroup& group, const std::string& shortage, CaseRecord& record) {
    if (group.max(std::int64_t{shortage.empty() ? 0 : 1}) == 0) return true;
    const auto shortages = group.gather(shortage);
    for (std::size_t rank = 0; rank < shortages.size(); ++rank) {
      if (shortages[rank].empty()) continue;
      record.row.status = CaseStatus::kOom;
      record.row.reason = fmt::format("rank {}: {}", rank, shortages[rank]);
      break;
    }
    return false;
  }

  const config::Experiment& experiment_;
  const SweepOptions& options_;
  const monitor::ControlGroup& world_;
  monitor::RankMonitor& monitor_;
  Onlookers& onlookers_;
  RankGroups groups_;
  StopRequest stop_;
  DatasetCache datasets_;
  std::unique_ptr<RooflineFacts> roofline_;
  measure::DeviceDescription description_;
  std::unique_ptr<SweepFile> file_;
  std::set<std::size_t> ended_;
  std::uint64_t visit_number_ = 0;  // the same on all ranks
  std::map<std::string, double> visit_seconds_;
  std::map<std::string, std::pair<std::string, results::ParameterValue>> search_parameters_;  // by case
  std::vector<CaseConfig> cases_;  // of the experiment, with the batches that were searched for
};

}  // namespace

ExitCode run_sweep(const config::Experiment& experiment, const SweepOptions& options,
                   const monitor::ControlGroup& world, monitor::RankMonitor& monitor, Onlookers& onlookers) {
  return Sweep(experiment, options, world, monitor, onlookers).run();
}

}  // namespace scalemark::sweep
