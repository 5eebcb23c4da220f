#include "sweep/estimate.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <optional>
#include <set>

#include "core/arms.h"
#include "core/error.h"
#include "core/units.h"
#include "measure/device.h"
#include "measure/timeline.h"
#include "sweep/case_order.h"
#include "sweep/dataset_cache.h"
#include "sweep/rank_groups.h"
#include "train/precision.h"
#include "train/replica.h"
#include "train/trainer.h"
#include "train/within_memory.h"

namespace scalemark::sweep {
namespace {

// Large enough that batch norm has something to average and small enough to take a second.
constexpr std::int64_t kSmallBatch = 4;
constexpr std::int64_t kLargeBatch = 8;

struct Probe {
  double step_seconds = 0;
  double peak_bytes = 0;
};

struct ProbedCase {
  config::CaseConfig config;
  Probe small;
  Probe large;
  std::string fault{};  // why it could not be probed
};

Probe probe(const config::CaseConfig& config, const RankGroup& group, std::int64_t batch) {
  constexpr std::int64_t kSteps = 6;
  constexpr std::chrono::duration<double> kLongest{1.0};
  train::Trainer trainer(config, group.device, *group.communicator, kSteps);
  const std::int64_t side = config.dataset.image_size;
  const data::Batch images =
      trainer.to_device({at::randn({batch, 3, side, side}).to(train::input_dtype(config.train.precision)),
                         at::randint(config.dataset.classes, {batch}, at::kLong)});
  measure::StepObserver nobody;
  const auto timeline = measure::make_timeline(group.device);
  group.memory.reset_peak();
  // What else the machine does makes steps longer and none shorter. The first one is a warm-up.
  double least = std::numeric_limits<double>::infinity();
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t step = 0; step < kSteps; ++step) {
    timeline->clear();
    timeline->mark();
    trainer.step([&] { return images; }, train::Reduction::kNone, nobody);
    timeline->mark();
    if (step == 0) continue;
    least = std::min(least, timeline->seconds().back());
    if (std::chrono::steady_clock::now() - begin > kLongest) break;
  }
  return {least, static_cast<double>(group.memory.peak_bytes())};
}

// What fails here fails in the run too.
ProbedCase probe_both(const config::CaseConfig& config, const RankGroup& group) {
  ProbedCase both{config, {}, {}};
  const train::Setback setback = train::setback_of([&] {
    both.small = probe(config, group, kSmallBatch);
    both.large = probe(config, group, kLargeBatch);
  });
  both.fault = setback.shortage + setback.error;
  return both;
}

// Memory along the line through two batches.
double bytes_per_image(const Probe& small, const Probe& large) {
  return (large.peak_bytes - small.peak_bytes) / static_cast<double>(kLargeBatch - kSmallBatch);
}

std::int64_t expected_batch(const config::CaseConfig& config, const Probe& small, const Probe& large) {
  if (!config.max_batch || !config.limits.memory_bytes) return config.batch_per_gpu;
  const double room = static_cast<double>(*config.limits.memory_bytes) - large.peak_bytes;
  const auto images = kLargeBatch + static_cast<std::int64_t>(room / bytes_per_image(small, large));
  return std::max(images / config.batch_per_gpu, std::int64_t{1}) * config.batch_per_gpu;
}

// Steps of an epoch, by the images of each rank's shard; nullopt where the data set is not known.
std::optional<double> steps_per_epoch(const config::CaseConfig& config, std::int64_t images,
                                      std::int64_t batch_per_gpu) {
  if (images == 0) return std::nullopt;
  const std::int64_t shard = (images + config.ranks() - 1) / config.ranks();
  return static_cast<double>(shard / (batch_per_gpu * config.gpus / config.ranks()));
}

struct StepCount {
  double steps;
  bool counts_epochs;  // false: the case measures epochs whose length is not known
};

// A training to an accuracy, to its end.
StepCount most_steps_to_target(const config::CaseConfig& config, std::int64_t images, std::int64_t batch_per_gpu) {
  const auto global_batch = static_cast<double>(batch_per_gpu * config.gpus);
  return {config.measure.target_most_epochs * static_cast<double>(images) / global_batch, images > 0};
}

// Of one repetition. @param images  of the training set; 0: not known
StepCount steps_of_repetition(const config::CaseConfig& config, std::int64_t images, std::int64_t batch_per_gpu) {
  const auto& measure = config.measure;
  if (measure.has_target()) return most_steps_to_target(config, images, batch_per_gpu);
  const auto timed_arms = std::ranges::count_if(
      measure.arms, [&](Arm arm) { return steps_of(arm).computes && steps_of(arm).runs_on(config.ranks()); });
  constexpr int kPhasePass = 1;
  const double of_arm = measure.warmup_steps + measure.steps;
  const double steps = static_cast<double>(timed_arms + kPhasePass) * of_arm;
  // The full arm runs epochs in place of its steps.
  if (measure.epochs == 0 || std::ranges::count(measure.arms, Arm::kFull) == 0) return {steps, true};
  const auto per_epoch = steps_per_epoch(config, images, batch_per_gpu);
  return {steps + (per_epoch ? measure.epochs * *per_epoch - of_arm : 0), per_epoch.has_value()};
}

/// @param images  of the training set; 0: not known
CaseEstimate estimate(const config::CaseConfig& config, const Probe& small, const Probe& large, std::int64_t images) {
  const std::int64_t batch_per_gpu = expected_batch(config, small, large);
  const auto batch = static_cast<double>(batch_per_gpu);
  const double micro_batch = batch / config.train.accumulation;
  const auto [steps, counts_epochs] = steps_of_repetition(config, images, batch_per_gpu);
  return {config.id,
          batch_per_gpu,
          config.measure.repetitions * steps * large.step_seconds * batch / static_cast<double>(kLargeBatch),
          large.peak_bytes + bytes_per_image(small, large) * (micro_batch - static_cast<double>(kLargeBatch)),
          {},
          counts_epochs};
}

// The case that is probed in a case's place: what the estimate extrapolates, and what a step without loading and
// communication does not know of, is left at its default. So cases that need no probe of their own are equal.
config::CaseConfig probed_case(const config::CaseConfig& config) {
  config::CaseConfig probed;
  probed.device = config.device;
  probed.model = config.model;
  probed.model_digest = config.model_digest;
  probed.batch_norm = config.batch_norm;
  probed.dataset.image_size = config.dataset.image_size;
  probed.dataset.classes = config.dataset.classes;
  probed.train = config.train;
  probed.train.accumulation = 1;
  const config::TrainConfig usual;
  if (config.train.mode == config::Mode::kSingle) probed.train.mode = usual.mode;  // the same on one rank
  probed.train.learning_rate = usual.learning_rate;
  probed.train.learning_rate_scaling = usual.learning_rate_scaling;
  probed.train.schedule = usual.schedule;
  probed.train.warmup_epochs = usual.warmup_epochs;
  probed.train.bucket_mebibytes = usual.bucket_mebibytes;
  probed.train.bucket_fill = usual.bucket_fill;
  probed.train.comm_hook = usual.comm_hook;
  probed.train.seed = usual.seed;
  return probed;
}

// Of the case itself, which may be smaller than what was probed. A search begins above what is too small.
std::string expected_fault(const config::CaseConfig& config, const std::string& fault_of_probe) {
  return fault_of_probe.empty() && !config.max_batch ? train::norm_obstacle(config) : fault_of_probe;
}

std::string plan_line(const config::CaseConfig& config, const CaseEstimate& estimate) {
  if (!estimate.fault.empty()) return fmt::format("{:<36} will fail: {}\n", config.id, estimate.fault);
  const std::string about = config.max_batch ? "~" : "";
  const std::int64_t global_batch = estimate.batch_per_gpu * config.gpus;
  return fmt::format("{:<36} {:>5} {:>10} {:>12} {:>5} {:>10} {:>12}\n", config.id, config.ranks(),
                     about + std::to_string(global_batch / config.ranks()), about + std::to_string(global_batch),
                     std::to_string(config.measure.repetitions) + (config.measure.repetitions_auto ? "+" : ""),
                     format_seconds(estimate.seconds), format_bytes(estimate.memory_bytes));
}

// What the signs in the lines of some case stand for.
std::string plan_notes(const std::vector<config::CaseConfig>& cases) {
  std::string notes;
  if (std::ranges::any_of(cases, &config::CaseConfig::max_batch))
    notes +=
        "~: the largest batch that fits is searched for first, which takes about 2 log2(batch / step) short cases\n";
  if (std::ranges::any_of(cases, [](const auto& config) { return config.measure.repetitions_auto; }))
    notes += "+: more repetitions follow, as many as measure.precision needs; the time does not include them\n";
  if (std::ranges::any_of(cases, [](const auto& config) { return config.measure.has_target(); }))
    notes += "cases with a target take at most this long, evaluations left out: reps are their seeds\n";
  return notes;
}

// The training set's images; 0, and the reason in `lacks`, where it cannot be opened.
std::int64_t images_of(const config::CaseConfig& config, DatasetCache& datasets, std::vector<std::string>& lacks) {
  try {
    return datasets.get(config, data::Split::kTrain)->size();
  } catch (const InputError& error) {
    if (std::ranges::find(lacks, error.what()) == lacks.end()) lacks.emplace_back(error.what());
    return config.dataset.images.value_or(0);
  }
}

CaseEstimate estimate_of(const config::CaseConfig& config, const ProbedCase& probed, DatasetCache& datasets,
                         std::vector<std::string>& lacks) {
  const std::int64_t images = images_of(config, datasets, lacks);
  CaseEstimate estimated = probed.fault.empty() ? estimate(config, probed.small, probed.large, images)
                                                : CaseEstimate{config.id, config.batch_per_gpu};
  estimated.fault = expected_fault(config, probed.fault);
  return estimated;
}

// What a run of the plan would lack, a line each.
std::string plan_faults(const config::Experiment& experiment, const Plan& plan) {
  std::string text;
  for (const std::string& lack : plan.basis.lacks) text += "missing data: " + lack + "\n";
  const int most = std::ranges::max(experiment.cases, {}, &config::CaseConfig::ranks).ranks();
  if (plan.basis.ranks > 0 && most > plan.basis.ranks)
    text += fmt::format("missing ranks: {} were launched; start with mpirun -n {}, or cases will be skipped\n",
                        plan.basis.ranks, most);
  for (std::size_t i = 0; i < plan.estimates.size(); ++i) {
    const auto& limit = experiment.cases[i].limits.memory_bytes;
    const std::int64_t room = limit.value_or(plan.basis.free_bytes);
    if (room > 0 && plan.estimates[i].memory_bytes > static_cast<double>(room) && !experiment.cases[i].max_batch)
      text += fmt::format("missing memory: {} needs about {}, {} {}\n", experiment.cases[i].id,
                          format_bytes(plan.estimates[i].memory_bytes), format_bytes(static_cast<double>(room)),
                          limit ? "are allowed" : "are free");
  }
  if (!std::ranges::all_of(plan.estimates, &CaseEstimate::counts_epochs))
    text += "epochs are not counted: the number of images is not known\n";
  return text;
}

}  // namespace

Plan plan_cases(const config::Experiment& experiment, const monitor::ControlGroup& world, Onlookers& onlookers) {
  config::Experiment alone = experiment;
  for (auto& config : alone.cases) config = probed_case(config);
  RankGroups groups(alone, world, onlookers);
  Plan plan;
  if (world.rank() != 0) return plan;
  DatasetCache datasets;
  std::vector<ProbedCase> probes;
  for (std::size_t i = 0; i < alone.cases.size(); ++i) {
    const auto& config = alone.cases[i];
    auto known = std::ranges::find(probes, config, &ProbedCase::config);
    if (known == probes.end()) {
      const RankGroup group = groups.group(config);
      plan.basis.device = measure::describe_device(group.device).name;
      plan.basis.free_bytes = measure::free_memory_bytes(group.device);
      probes.push_back(probe_both(config, group));
      known = std::prev(probes.end());
    }
    plan.estimates.push_back(estimate_of(experiment.cases[i], *known, datasets, plan.basis.lacks));
  }
  plan.basis.ranks = world.size();
  return plan;
}

std::string format_plan(const config::Experiment& experiment, const Plan& plan) {
  std::string text = fmt::format("{:<36} {:>5} {:>10} {:>12} {:>5} {:>10} {:>12}\n", "case", "ranks", "batch/rank",
                                 "global batch", "reps", "time", "memory/rank");
  double total_seconds = 0;
  double gpu_seconds = 0;
  std::set<std::size_t> listed;
  for (const Visit& visit : order_visits(
           experiment.cases, [](const auto&) { return 0; }, 0)) {
    if (!listed.insert(visit.case_index).second) continue;
    const auto& config = experiment.cases[visit.case_index];
    const CaseEstimate& estimate = plan.estimates[visit.case_index];
    text += plan_line(config, estimate);
    if (!estimate.fault.empty()) continue;
    total_seconds += estimate.seconds;
    gpu_seconds += estimate.seconds * config.gpus;
  }
  constexpr double kMinute = 60;
  return text + plan_notes(experiment.cases) + plan_faults(experiment, plan) +
         fmt::format(
             "{} cases, about {} ({:.3g} GPU-minutes): extrapolated from small steps on this device{}, without loading "
             "and communication\n",
             listed.size(), format_seconds(total_seconds), gpu_seconds / kMinute,
             plan.basis.device.empty() ? "" : " (" + plan.basis.device + ")");
}

}  // namespace scalemark::sweep
