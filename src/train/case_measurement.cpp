#include "train/case_measurement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "measure/device.h"
#include "measure/step_ranges.h"
#include "measure/timeline.h"
#include "measure/trace.h"
#include "train/case/case_trainer.h"
#include "train/collective/every_rank.h"
#include "train/evaluation.h"
#include "train/recorded_step.h"

namespace scalemark::train {
namespace {

data::ShardedSampler make_sampler(const config::CaseConfig& config, const CaseContext& context) {
  const auto& group = context.communicator;
  return {context.training_set->size(), group.size(), group.rank(), config.train.seed};
}

std::vector<double> to_host(const std::vector<at::Tensor>& scalars) {
  std::vector<double> values;
  for (const auto& scalar : scalars) values.push_back(scalar.item<double>());
  return values;
}

// The phase pass explains the timed steps, which may be a long training: so many of them give a steady median.
constexpr int kPhaseSteps = 20;
// Some megabytes of JSON each.
constexpr int kTracedSteps = 5;

void keep_times(Arm arm, measure::StepTimes times, RepetitionSamples& samples) {
  const std::string name(steps_of(arm).name);
  samples.step_seconds[name] = std::move(times.step_seconds);
  samples.input_wait_seconds[name] = std::move(times.input_wait_seconds);
  samples.backward_end_seconds[name] = std::move(times.backward_end_seconds);
}

// Later arms of one repetition meet a warmer machine than earlier ones: each repetition begins with another arm.
std::vector<Arm> arms_of_repetition(std::vector<Arm> arms, int ranks, int repetition) {
  std::erase_if(arms, [ranks](Arm arm) { return !steps_of(arm).runs_on(ranks); });
  if (!arms.empty()) std::rotate(arms.begin(), arms.begin() + repetition % static_cast<int>(arms.size()), arms.end());
  return arms;
}

}  // namespace

CaseMeasurement::CaseMeasurement(const config::CaseConfig& config, const CaseContext& context)
    : config_(config),
      context_(context),
      input_(open_training_input(config, context.training_set, make_sampler(config, context), context.device,
                                 context.least_free_bytes)),
      load_([this] {
        context_.observer.reach(Place::kInput);
        return input_.batches->next();
      }) {
  trainer_ = build_trainer(config, context_, full_warmup_steps() + full_steps(), rising_steps(), load_);
  not_graphed_ = set_up_graphs(config, context_, *trainer_);
}

std::int64_t CaseMeasurement::full_steps() const {
  const auto& measure = config_.measure;
  return measure.epochs > 0 ? measure.epochs * input_.batches->batches_per_epoch() : measure.steps;
}

// Of the learning rate. A warm-up of any length has a step.
std::int64_t CaseMeasurement::rising_steps() const {
  return std::llround(
      std::ceil(config_.train.warmup_epochs * static_cast<double>(input_.batches->batches_per_epoch())));
}

// Whole epochs start with the first step: what start-up costs is part of the first epoch's time.
int CaseMeasurement::full_warmup_steps() const { return config_.measure.epochs > 0 ? 0 : config_.measure.warmup_steps; }

RepetitionSamples CaseMeasurement::run(int repetition) {
  if (!connected_) connect();
  if (repetition == 0) nccl_choices_ = ask_nccl();
  std::optional<RepetitionSamples> samples;
  while (!samples) samples = measure_once(repetition);
  return *std::move(samples);
}

// Nothing where graphs were lost on the way: then the arms before were replayed and those behind would not be, and the
// difference of two such arms means nothing. There are no graphs the next time, and so all arms are alike.
std::optional<RepetitionSamples> CaseMeasurement::measure_once(int repetition) {
  RepetitionSamples samples;
  note_network(samples);
  const bool first = repetition == 0;
  bool replayed = false;
  context_.watch.begin();
  for (const Arm arm : arms_of_repetition(config_.measure.arms, context_.communicator.size(), repetition)) {
    record_for(arm);
    if (replayed && !not_graphed_.empty()) return std::nullopt;
    start_arm(std::string(steps_of(arm).name));
    on_every_rank([&] { run_arm(arm, samples); });
    replayed |= steps_of(arm).computes && not_graphed_.empty();
    if (arm == Arm::kFull && first && config_.measure.evaluate) evaluate(samples);
  }
  // What looks inside a step does without graphs, and without their memory.
  if (trainer_->graphs() != nullptr) trainer_->graphs()->drop();
  start_arm("phases");
  on_every_rank([&] { run_phases(samples); });
  samples.machine = context_.watch.end();
  if (first && config_.measure.trace != "none") {
    start_arm("trace");
    on_every_rank([&] { run_trace(); });
  }
  note_input(samples);
  return samples;
}

void CaseMeasurement::connect() {
  on_every_rank([&] {
    trainer_->connect();
    context_.observer.reach(Place::kConnected);
  });
  connected_ = true;
}

void CaseMeasurement::note_network(RepetitionSamples& samples) const {
  samples.parameters = nn::parameter_count(trainer_->network());
  samples.gradients = trainer_->gradient_count();
  samples.convolution_layers = nn::convolution_layer_count(trainer_->network());
  if (auto* reducer = trainer_->reducer()) samples.bucket_bytes = reducer->bucket_bytes();
}

// After the arms: what they met is part of it.
void CaseMeasurement::note_input(RepetitionSamples& samples) const {
  samples.skipped_images = skipped_images();
  samples.not_graphed = not_graphed_;
  samples.nccl_choices = nccl_choices_;
  samples.not_resident = input_.not_resident;
  samples.resident_bytes = input_.resident_bytes;
}

std::vector<std::string> CaseMeasurement::skipped_images() const {
  std::vector<std::string> skipped = context_.training_set->skipped_images();
  if (context_.test_set == nullptr) return skipped;
  const std::vector<std::string> of_test = context_.test_set->skipped_images();
  skipped.insert(skipped.end(), of_test.begin(), of_test.end());
  return skipped;
}

void CaseMeasurement::start_arm(const std::string& name) {
  context_.observer.begin_arm(name);
  // Its agreement is the barrier behind which the arm begins on all ranks.
  on_every_rank([&] {
    trainer_->restore();
    input_.batches->rewind();
    measure::synchronize(context_.device);
  });
}

void CaseMeasurement::on_every_rank(const std::function<void()>& function) {
  run_on_every_rank(context_, *trainer_, promised_, function);
}

Reduction CaseMeasurement::reduction_of(Arm arm) {
  return steps_of(arm).reduces ? Reduction::kOverlapped : Reduction::kNone;
}

void CaseMeasurement::run_arm(Arm arm, RepetitionSamples& samples) {
  const ArmSteps& steps = steps_of(arm);
  if (arm == Arm::kFull) return run_full(samples);
  if (!steps.computes) return run_comm_only(samples);
  const StepCount short_run{config_.measure.warmup_steps, config_.measure.steps};
  BatchSource source = load_;
  if (!steps.loads) {
    promise(short_run.warmup + short_run.timed, reduction_of(arm));
    source = [batch = trainer_->to_device(input_.batches->next())] { return batch; };
  }
  keep_times(arm, timed_steps(source, reduction_of(arm), short_run, nullptr), samples);
}

measure::StepTimes CaseMeasurement::timed_steps(const BatchSource& source, Reduction reduction, StepCount count,
                                                TrainingSeries* training) {
  measure::StepClock clock(context_.device);
  RecordedStep timed(clock, context_.observer);
  promise(count.warmup + count.timed, reduction);
  for (std::int64_t step = -count.warmup; step < count.timed; ++step, --promised_.count) {
    auto& observer = step < 0 ? static_cast<measure::StepObserver&>(context_.observer) : timed;
    at::Tensor loss = trainer_->step(source, reduction, observer);
    if (training == nullptr) continue;
    training->loss.push_back(std::move(loss));
    if (trainer_->skipped().defined()) training->skipped_steps.push_back(trainer_->skipped());
  }
  // The GPU still works on what it was given: its clocks are those of the measurement.
  context_.watch.look();
  return clock.times();
}

void CaseMeasurement::run_full(RepetitionSamples& samples) {
  context_.memory.reset_peak();
  TrainingSeries training;
  const double joules_before = context_.watch.energy_joules();
  keep_times(Arm::kFull, timed_steps(load_, Reduction::kOverlapped, {full_warmup_steps(), full_steps()}, &training),
             samples);
  // Both readings are taken with the GPU idle; that after the warm-up would not be.
  const auto steps = static_cast<double>(full_warmup_steps() + full_steps());
  samples.step_joules = (context_.watch.energy_joules() - joules_before) / steps;
  // Replays allocate nothing.
  samples.peak_memory_bytes = std::max(context_.memory.peak_bytes(), recorded_peak_bytes_);
  samples.loss = to_host(training.loss);
  samples.skipped_steps = to_host(training.skipped_steps);
  const auto& seconds = samples.step_seconds["full"];
  const auto batches = static_cast<std::size_t>(input_.batches->batches_per_epoch());
  for (std::size_t begin = 0; config_.measure.epochs > 0 && begin < seconds.size(); begin += batches) {
    double epoch = 0;
    for (std::size_t i = begin; i < begin + batches; ++i) epoch += seconds[i];
    samples.epoch_seconds.push_back(epoch);
  }
}

void CaseMeasurement::run_phases(RepetitionSamples& samples) {
  measure::PhaseRecorder recorder(context_.device, samples.bucket_bytes.size());
  const auto ranges = measure::make_step_ranges();
  RecordedStep named(*ranges, context_.observer);
  RecordedStep recorded(recorder, named);
  const int warmup = config_.measure.warmup_steps;
  const int steps = std::min(config_.measure.steps, kPhaseSteps);
  promise(warmup + steps, Reduction::kAfterBackward);
  for (int step = -warmup; step < steps; ++step, --promised_.count) {
    auto& observer = step < 0 ? static_cast<measure::StepObserver&>(context_.observer) : recorded;
    trainer_->step(load_, Reduction::kAfterBackward, observer);
  }
  samples.step_seconds["phases"] = recorder.step_seconds();
  samples.phase_seconds = recorder.phase_seconds();
  samples.bucket_ready_seconds = recorder.bucket_ready_seconds();
}

// A pass of its own, since recording costs time; reduction overlaps here as in the timed steps.
void CaseMeasurement::run_trace() {
  const auto& group = context_.communicator;
  const int warmup = config_.measure.warmup_steps;
  const int steps = std::min(config_.measure.steps, kTracedSteps);
  promise(warmup + steps, Reduction::kOverlapped);
  for (int step = -warmup; step < 0; ++step, --promised_.count)
    trainer_->step(load_, Reduction::kOverlapped, context_.observer);
  measure::synchronize(context_.device);
  measure::Trace trace(context_.device, group.rank(), group.size());
  RecordedStep recorded(trace, context_.observer);
  for (int step = 0; step < steps; ++step, --promised_.count) trainer_->step(load_, Reduction::kOverlapped, recorded);
  measure::synchronize(context_.device);
  trace.write(measure::trace_file(config_.measure.trace, config_.id, group.rank()));
}

// Apart from the arm, whose end every rank has come to: sharing the buffers is collective, and takes no memory.
void CaseMeasurement::evaluate(RepetitionSamples& samples) {
  if (trainer_->graphs() != nullptr) trainer_->graphs()->drop();
  trainer_->share_buffers();
  on_every_rank([&] { evaluate_both_splits(samples); });
}

void CaseMeasurement::evaluate_both_splits(RepetitionSamples& samples) {
  context_.observer.reach(Place::kEvaluation);
  const auto& test_set = *context_.test_set;
  const auto& training_set = *context_.training_set;
  // As many training images as there are test images: the two fractions are then equally sure.
  const std::int64_t training_images = std::min(training_set.size(), test_set.size());
  const auto options = evaluation_options(config_, context_.device);
  for (const auto& [dataset, images] :
       {std::pair{&training_set, training_images}, std::pair{&test_set, test_set.size()}}) {
    const Evaluation result =
        evaluate_shard(*trainer_, *dataset, images, context_.communicator, options, context_.observer);
    samples.correct.push_back(static_cast<double>(result.correct));
    samples.evaluated.push_back(static_cast<double>(result.images));
  }
}

}  // namespace scalemark::train
