#include "sweep/target/target_visit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/log.h"
#include "measure/device.h"
#include "results/durable_file.h"
#include "results/training/target_summary.h"
#include "sweep/case_recorder.h"
#include "train/within_memory.h"

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::TargetRun;

constexpr std::size_t kMostCheckpointBytes = std::size_t{1} << 38U;
constexpr std::size_t kLongestNameOfCase = 150;  // of a file's 255 bytes

void cut(TargetRun& run, std::size_t evaluations) {
  for (auto* series : {&run.epochs, &run.seconds, &run.images, &run.joules, &run.train_accuracy, &run.test_accuracy})
    series->resize(evaluations);
}

std::int64_t seed_of(const config::CaseConfig& config, int repetition) {
  return config.seeds().at(static_cast<std::size_t>(repetition));
}

double last_or_zero(const std::vector<double>& values) { return values.empty() ? 0.0 : values.back(); }

}  // namespace

std::filesystem::path checkpoint_path(const std::filesystem::path& output, const std::string& case_id,
                                      std::int64_t seed) {
  const std::string name =
      case_id.size() <= kLongestNameOfCase
          ? case_id
          : fmt::format("{}-{:016x}", case_id.substr(0, kLongestNameOfCase), std::hash<std::string>{}(case_id));
  return fmt::format("{}.{}.seed-{}.checkpoint", output.string(), name, seed);
}

void append_evaluation(const train::TargetStretch& stretch, double epochs, double images, TargetRun& run) {
  run.epochs.push_back(epochs);
  run.images.push_back(images);
  run.seconds.push_back(last_or_zero(run.seconds) + stretch.seconds);
  run.joules.push_back(last_or_zero(run.joules) + stretch.joules);
  run.train_accuracy.push_back(stretch.train_accuracy);
  run.test_accuracy.push_back(stretch.test_accuracy);
}

std::string mark_of(const std::string& case_id, const TargetRun& run) {
  return fmt::format("{}, seed {}, evaluation {}: {:a} {:a} {:a}", case_id, run.seed, run.epochs.size(),
                     last_or_zero(run.epochs), last_or_zero(run.seconds), last_or_zero(run.test_accuracy));
}

bool rewind_run(const std::string& case_id, const std::string& mark, TargetRun& run) {
  TargetRun shorter = run;
  for (; !shorter.epochs.empty(); cut(shorter, shorter.epochs.size() - 1)) {
    if (mark_of(case_id, shorter) != mark) continue;
    run = std::move(shorter);
    return true;
  }
  return false;
}

void discard_checkpoint(const config::CaseConfig& config, int repetition, const SweepJob& job) {
  std::error_code ignored;
  std::filesystem::remove(checkpoint_path(job.output, config.id, seed_of(config, repetition)), ignored);
}

TargetVisit::TargetVisit(const config::CaseConfig& config, int repetition, SweepJob& job, const StopRequest& stop,
                         std::function<void(const std::string&)> say)
    : config_(config),
      job_(job),
      stop_(stop),
      say_(std::move(say)),
      repetition_(repetition),
      seed_(seed_of(config, repetition)),
      path_(checkpoint_path(job.output, config.id, seed_)) {}

StopReason TargetVisit::run(const train::CaseContext& context, CaseRecord& record) {
  config::CaseConfig seeded = config_;
  seeded.train.seed = static_cast<std::uint64_t>(seed_);
  std::unique_ptr<train::TargetTraining> training;
  train::within_case(
      context.control, [&] { training = std::make_unique<train::TargetTraining>(seeded, context); },
      [&] { measure::synchronize(context.device); });
  TargetRun& run = run_of(record);
  const auto checkpoint = job_.leads() ? read_checkpoint(run) : std::nullopt;
  if (!training->begin(checkpoint)) cut(run, 0);
  if (job_.leads() && !run.epochs.empty()) say_(line_of(run) + ", resumed");
  while (true) {
    const train::TargetStretch stretch = training->advance();
    const bool over = training->is_over(stretch);
    append_evaluation(stretch, training->plan().epochs_of(stretch.steps_done),
                      training->plan().images_of(stretch.steps_done), run);
    run.ended = over;
    if (job_.leads()) say_(line_of(run));
    if (over) break;
    keep(*training, record);
    const auto mine = static_cast<std::int64_t>(stop_.reason(stretch.seconds));
    if (const std::int64_t reason = context.control.max(mine); reason != 0) return static_cast<StopReason>(reason);
  }
  append_training(training->circumstances(), repetition_, measure::describe_device(context.device), context.control,
                  record);
  return StopReason::kNone;
}

TargetRun& TargetVisit::run_of(CaseRecord& record) const {
  auto& runs = record.target_runs;
  const auto found = std::ranges::find(runs, seed_, &TargetRun::seed);
  if (found != runs.end()) return *found;
  runs.emplace_back();
  runs.back().seed = seed_;
  return runs.back();
}

// What the job before left; nothing, with the reason said, where the training has to start anew.
std::optional<train::Checkpoint> TargetVisit::read_checkpoint(TargetRun& run) const {
  if (run.epochs.empty()) return std::nullopt;
  const auto anew = [&](const std::string& why) {
    spdlog::warn("{}: seed {} starts anew: {} {}", config_.id, seed_, path_.string(), why);
    return std::nullopt;
  };
  std::vector<std::byte> bytes;
  try {
    bytes = results::read_file(path_, kMostCheckpointBytes);
  } catch (const std::system_error& error) {
    return anew("cannot be read: " + error.code().message());
  }
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());  // NOLINT: bytes
  auto checkpoint = train::decode(std::string_view(begin, bytes.size()));
  if (!checkpoint) return anew("is damaged");
  if (!rewind_run(config_.id, checkpoint->mark, run)) return anew("belongs to another training");
  return checkpoint;
}

// The record first: a checkpoint without its evaluation would be of no use, while a training that has one evaluation
// more than its checkpoint goes back to it.
void TargetVisit::keep(train::TargetTraining& training, CaseRecord& record) {
  const train::Checkpoint checkpoint = training.checkpoint(mark_of(config_.id, run_of(record)));
  if (job_.leads()) {
    record.interruptions = 1;  // since there is something new to go on from
    job_.book->keep(record);
  } else {
    around_write(job_.output, [] {});
  }
  around_write(path_, [&] {
    if (!job_.leads()) return;
    const std::string bytes = train::encode(checkpoint);
    try {
      results::replace_durably(path_, std::as_bytes(std::span(bytes)));
    } catch (const std::system_error& error) {
      spdlog::warn("{}: cannot be written: {}; were the job to die, seed {} would start anew", path_.string(),
                   error.code().message(), seed_);
    }
  });
}

// On every rank, whose steps the monitor counts alike.
void TargetVisit::around_write(const std::filesystem::path& path, const std::function<void()>& write) const {
  job_.onlookers.around_write(path, write);
}

std::string TargetVisit::line_of(const TargetRun& run) const {
  return fmt::format("{}: seed {} of {}: epoch {:.1f}, test accuracy {:.3f} (target {:.4g})", config_.id,
                     repetition_ + 1, config_.measure.repetitions, run.epochs.back(), run.test_accuracy.back(),
                     config_.measure.target_test_accuracy.value_or(1));
}

}  // namespace scalemark::sweep
