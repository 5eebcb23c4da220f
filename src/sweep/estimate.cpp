#include "sweep/estimate.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/arms.h"
#include "core/units.h"
#include "measure/device.h"
#include "measure/timeline.h"
#include "sweep/case_order.h"
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
  constexpr std::int64_t kSteps = 2;
  train::Trainer trainer(config, group.device, *group.communicator, kSteps);
  const std::int64_t side = config.dataset.image_size;
  const data::Batch images =
      trainer.to_device({at::randn({batch, 3, side, side}).to(train::input_dtype(config.train.precision)),
                         at::randint(config.dataset.classes, {batch}, at::kLong)});
  measure::StepObserver nobody;
  const auto timeline = measure::make_timeline(group.device);
  group.memory.reset_peak();
  for (std::int64_t step = 0; step < kSteps; ++step) {
    timeline->clear();
    timeline->mark();
    trainer.step([&] { return images; }, train::Reduction::kNone, nobody);
    timeline->mark();
  }
  return {timeline->seconds().back(), static_cast<double>(group.memory.peak_bytes())};
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

CaseEstimate estimate(const config::CaseConfig& config, const Probe& small, const Probe& large) {
  const std::int64_t batch_per_gpu = expected_batch(config, small, large);
  const auto batch = static_cast<double>(batch_per_gpu);
  const double micro_batch = batch / config.train.accumulation;
  const auto& measure = config.measure;
  const auto timed_arms = std::ranges::count_if(
      measure.arms, [&](Arm arm) { return steps_of(arm).computes && steps_of(arm).runs_on(config.ranks()); });
  constexpr int kPhasePass = 1;
  const double steps = static_cast<double>(measure.repetitions) * static_cast<double>(timed_arms + kPhasePass) *
                       (measure.warmup_steps + measure.steps);
  return {config.id, batch_per_gpu, steps * large.step_seconds * batch / static_cast<double>(kLargeBatch),
          large.peak_bytes + bytes_per_image(small, large) * (micro_batch - static_cast<double>(kLargeBatch))};
}

// The case that is probed in a case's place: what the estimate extrapolates, and what a step without loading and
// communication does not know of, is left at its default. So cases that need no probe of their own are equal.
config::CaseConfig probed_case(const config::CaseConfig& config) {
  config::CaseConfig probed;
  probed.device = config.device;
  probed.model = config.model;
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
    notes += "+: then as many more as measure.precision needs, which the time leaves out\n";
  return notes;
}

}  // namespace

std::vector<CaseEstimate> estimate_cases(const config::Experiment& experiment, const monitor::ControlGroup& world,
                                         Onlookers& onlookers) {
  config::Experiment alone = experiment;
  for (auto& config : alone.cases) config = probed_case(config);
  RankGroups groups(alone, world, onlookers);
  std::vector<CaseEstimate> estimates;
  if (world.rank() != 0) return estimates;
  std::vector<ProbedCase> probes;
  for (std::size_t i = 0; i < alone.cases.size(); ++i) {
    const auto& config = alone.cases[i];
    auto known = std::ranges::find(probes, config, &ProbedCase::config);
    if (known == probes.end()) {
      probes.push_back(probe_both(config, groups.group(config)));
      known = std::prev(probes.end());
    }
    estimates.push_back(known->fault.empty() ? estimate(experiment.cases[i], known->small, known->large)
                                             : CaseEstimate{experiment.cases[i].id, experiment.cases[i].batch_per_gpu});
    estimates.back().fault = expected_fault(experiment.cases[i], known->fault);
  }
  return estimates;
}

std::string format_plan(const config::Experiment& experiment, const std::vector<CaseEstimate>& estimates) {
  std::string text = fmt::format("{:<36} {:>5} {:>10} {:>12} {:>5} {:>10} {:>12}\n", "case", "ranks", "batch/rank",
                                 "global batch", "reps", "time", "memory/rank");
  double total_seconds = 0;
  std::set<std::size_t> listed;
  for (const Visit& visit : order_visits(
           experiment.cases, [](const auto&) { return 0; }, 0)) {
    if (!listed.insert(visit.case_index).second) continue;
    text += plan_line(experiment.cases[visit.case_index], estimates[visit.case_index]);
    if (estimates[visit.case_index].fault.empty()) total_seconds += estimates[visit.case_index].seconds;
  }
  return text + plan_notes(experiment.cases) +
         fmt::format(
             "{} cases, about {}: extrapolated from small steps on this device, without loading and communication\n",
             listed.size(), format_seconds(total_seconds));
}

}  // namespace scalemark::sweep
