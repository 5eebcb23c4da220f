#include "sweep/visit_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "measure/device.h"
#include "sweep/agreement.h"
#include "sweep/case_recorder.h"
#include "sweep/target/target_visit.h"
#include "train/case_measurement.h"
#include "train/within_memory.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;
using results::CaseRecord;
using results::CaseStatus;

const char* unit_of_visits(const CaseConfig& config) { return config.measure.has_target() ? "seed" : "repetition"; }

// On rank 0: what the ranks lacked, or threw, becomes the case's result.
void record_setback(CaseStatus status, const std::vector<std::string>& reasons, CaseRecord& record) {
  const auto first = std::find_if(reasons.begin(), reasons.end(), [](const auto& text) { return !text.empty(); });
  if (first == reasons.end()) return;
  record.row.status = status;
  record.row.reason = fmt::format("rank {}: {}", first - reasons.begin(), *first);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Of the case's first visit: the later ones find what it has loaded. Collective.
void note_set_up(double seconds, const monitor::ControlGroup& group, CaseRecord& record) {
  const double slowest = group.max(seconds);
  double& known = record.execution.set_up_seconds;
  if (std::isnan(known) && record.arms.empty()) known = slowest;
}

}  // namespace

double VisitRunner::expected_seconds(const std::string& case_id) const {
  const auto last = visit_seconds_.find(case_id);
  return last == visit_seconds_.end() ? 0 : last->second;
}

bool VisitRunner::perform(const CaseConfig& config, int repetition, Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  ++visit_number_;
  job_.monitor.set_timeout(config.limits.case_timeout_seconds);
  CaseRecord record;
  if (job_.leads()) {
    progress.begin(config.id, repetition, config.measure.repetitions, unit_of_visits(config));
    record = count_as_in_flight(config);
  }
  stopped_by_ = StopReason::kNone;
  bool measured = connect(config, record);
  if (measured && job_.groups.group(config).communicator != nullptr) {
    job_.onlookers.begin_visit(visit_number_, fmt::format("repetition {} of case {}", repetition, config.id));
    measured = measure(config, repetition, progress, record);
    job_.onlookers.end_visit();
  }
  stopped_by_ = static_cast<StopReason>(job_.world.max(static_cast<std::int64_t>(stopped_by_)));
  bool over = false;
  if (job_.leads() && stopped_by_ == StopReason::kNone) {
    over = !measured || record.row.status == CaseStatus::kInvalid;
    record_end(config, repetition, measured, record);
    progress.end(record, over || repetition + 1 == config.measure.repetitions);
  }
  visit_seconds_[config.id] = seconds_since(begin);
  return job_.world.max(std::int64_t{over}) != 0;
}

// On rank 0.
void VisitRunner::record_end(const CaseConfig& config, int repetition, bool measured, CaseRecord& record) {
  record.interruptions = 0;
  record.row.in_flight = false;
  if (measured) job_.book->count_visit(record);
  job_.book->keep(record);
  if (config.measure.has_target()) discard_checkpoint(config, repetition, job_);
}

// On rank 0, in the file: a case that ends the job twice is not tried a third time.
CaseRecord VisitRunner::count_as_in_flight(const CaseConfig& config) {
  CaseRecord record = job_.book->record_of(config);
  ++record.interruptions;
  record.row.in_flight = results::is_first_in_flight(record);
  job_.book->keep(record);
  return record;
}

// NCCL may not get the memory for the communicators that a case's settings ask for. Returns whether it did.
bool VisitRunner::connect(const CaseConfig& config, CaseRecord& record) {
  if (job_.groups.are_ready_for(config)) return true;
  try {
    train::within_memory(job_.world, [&] { job_.groups.prepare(config); });
  } catch (const train::OutOfMemory& error) {
    record_setback(CaseStatus::kOom, error.shortages(), record);
    return false;
  }
  return true;
}

// On a rank that takes part. Returns whether the case could be measured.
bool VisitRunner::measure(const CaseConfig& config, int repetition, Progress& progress, CaseRecord& record) {
  const RankGroup group = job_.groups.group(config);
  const bool measured = measure_samples(config, repetition, group, progress, record);
  group.memory.set_limit(std::nullopt);
  group.memory.release_cache();
  return measured;
}

bool VisitRunner::measure_samples(const CaseConfig& config, int repetition, const RankGroup& group, Progress& progress,
                                  CaseRecord& record) {
  train::CaseContext context{group.device,
                             *group.communicator,
                             group.control,
                             group.memory,
                             group.watch,
                             job_.onlookers.of_cases(),
                             job_.datasets.get(config, data::Split::kTrain),
                             config.measure.needs_test_set() ? job_.datasets.get(config, data::Split::kTest) : nullptr};
  context.least_free_bytes = least_of(group.control, measure::free_memory_bytes(group.device));
  // Before the case: counting its operations takes a network's memory, which is none of the case's.
  if (job_.leads()) job_.roofline->fill(config, record.execution);
  const auto say = [&](const std::string& line) { progress.say(line); };
  try {
    if (config.measure.has_target()) {
      stopped_by_ = TargetVisit(config, repetition, job_, stop_, say).run(context, record);
    } else {
      measure_steps(config, repetition, context, record);
    }
    return true;
  } catch (const train::OutOfMemory& error) {
    record_setback(CaseStatus::kOom, error.shortages(), record);
  } catch (const train::CaseError& error) {
    record_setback(CaseStatus::kFailed, error.reasons(), record);
  }
  return false;
}

void VisitRunner::measure_steps(const CaseConfig& config, int repetition, const train::CaseContext& context,
                                CaseRecord& record) {
  std::unique_ptr<train::CaseMeasurement> measurement;
  const auto begin = std::chrono::steady_clock::now();
  train::within_case(
      context.control,
      [&] {
        measurement = std::make_unique<train::CaseMeasurement>(config, context);
        measure::synchronize(context.device);
      },
      [&] { measure::synchronize(context.device); });
  note_set_up(seconds_since(begin), context.control, record);
  append_repetition(measurement->run(repetition), repetition, measure::describe_device(context.device), context.control,
                    record);
}

}  // namespace scalemark::sweep
