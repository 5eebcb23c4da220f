#include "train/target/target_training.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

#include "comm/gradient_reducer.h"
#include "core/log.h"
#include "measure/device.h"
#include "nn/generator_state.h"
#include "train/case/case_trainer.h"
#include "train/collective/every_rank.h"
#include "train/evaluation.h"
#include "train/graph_obstacle.h"

namespace scalemark::train {
namespace {

std::string bytes_of_generator(const at::Device& device) { return bytes_of({nn::generator_state(device)}); }

void set_generator(const at::Device& device, std::string_view state) {
  const at::Tensor tensor = nn::generator_state(device).clone();
  write_bytes(state, {tensor});
  nn::set_generator_state(device, tensor);
}

}  // namespace

TargetTraining::TargetTraining(const config::CaseConfig& config, const CaseContext& context)
    : config_(config),
      context_(context),
      plan_(config, context.training_set->size()),
      input_(open_training_input(
          config, context.training_set,
          {context.training_set->size(), context.communicator.size(), context.communicator.rank(), config.train.seed},
          context.device, context.least_free_bytes)) {
  trainer_ = build_trainer(config, context_, plan_.total_steps(), plan_.rising_steps(),
                           [this] { return input_.batches->next(); });
  not_graphed_ = set_up_graphs(config, context_, *trainer_);
}

// All ranks replay, or none does. To record a reduction may be collective: each rank first shows that it can record the
// same step without it. The graph stays while images are evaluated.
void TargetTraining::record_steps() {
  if (!not_graphed_.empty()) return;
  context_.observer.begin_arm("recording");
  on_every_rank([&] { trainer_->graphs()->rehearse([&] { take_steps(kRehearsedSteps); }); });
  data::Batch example;
  const auto record = [&](Reduction reduction) {
    context_.observer.reach(Place::kRecording);
    trainer_->graphs()->record(reduction, example);
  };
  const auto attempt = [&](const std::function<void()>& work) {
    if (not_graphed_.empty()) not_graphed_ = recording_fault(context_.control, "a step", work);
  };
  attempt([&] { example = trainer_->to_device(input_.batches->next()); });
  if (context_.communicator.size() > 1) attempt([&] { record(Reduction::kNone); });
  attempt([&] { record(Reduction::kOverlapped); });
  trainer_->graphs()->drop(Reduction::kNone);
  if (not_graphed_.empty()) return;
  trainer_->graphs()->drop();
  if (context_.control.rank() == 0) spdlog::warn("{}: without graphs: {}", config_.id, not_graphed_);
}

void TargetTraining::take_steps(std::int64_t steps) {
  const BatchSource load = [this] {
    context_.observer.reach(Place::kInput);
    return input_.batches->next();
  };
  for (promised_ = {steps, Reduction::kOverlapped}; promised_.count > 0; --promised_.count)
    trainer_->step(load, Reduction::kOverlapped, context_.observer);
}

void TargetTraining::on_every_rank(const std::function<void()>& function) {
  run_on_every_rank(context_, *trainer_, promised_, function);
}

bool TargetTraining::begin(const std::optional<Checkpoint>& checkpoint) {
  on_every_rank([&] {
    trainer_->connect();
    context_.observer.reach(Place::kConnected);
  });
  context_.memory.reset_peak();
  record_steps();
  // Replays allocate nothing.
  peak_bytes_ = context_.memory.peak_bytes();
  on_every_rank([&] {
    trainer_->restore();
    input_.batches->rewind();
  });
  const bool goes_on = context_.control.max(std::int64_t{checkpoint && fits(*checkpoint)}) != 0;
  if (goes_on) adopt(checkpoint);
  context_.watch.begin();
  return goes_on;
}

// On rank 0. Its file is nobody's word: what it holds must have the shapes of this training.
bool TargetTraining::fits(const Checkpoint& checkpoint) {
  const std::size_t generator_bytes = generators().size();
  const bool has_generators =
      checkpoint.generators.size() == static_cast<std::size_t>(context_.control.size()) &&
      std::ranges::all_of(checkpoint.generators, [&](const auto& one) { return one.size() == generator_bytes; });
  const std::vector<at::Tensor> state = trainer_->state();
  std::size_t bytes = 0;
  for (const at::Tensor& tensor : state) bytes += tensor.nbytes();
  return has_generators && checkpoint.step > 0 && checkpoint.step < plan_.total_steps() &&
         checkpoint.layout == layout_of(state) && checkpoint.tensors.size() == bytes;
}

void TargetTraining::adopt(const std::optional<Checkpoint>& checkpoint) {
  const std::vector<at::Tensor> state = trainer_->state();
  std::string all_generators;
  std::int64_t step = 0;
  on_every_rank([&] {
    if (context_.control.rank() != 0) return;
    write_bytes(checkpoint->tensors, state);
    for (const std::string& one : checkpoint->generators) all_generators += one;
    step = checkpoint->step;
  });
  comm::broadcast_tensors(state, context_.communicator);
  step = context_.control.max(step);
  all_generators = context_.control.broadcast(all_generators);
  on_every_rank([&] {
    const std::size_t bytes = all_generators.size() / static_cast<std::size_t>(context_.control.size());
    set_generators(all_generators.substr(bytes * static_cast<std::size_t>(context_.control.rank()), bytes));
    trainer_->resume_at(step);
    input_.batches->seek(step);
  });
}

TargetStretch TargetTraining::advance() {
  TargetStretch stretch;
  stretch.steps_done = plan_.next_evaluation(trainer_->steps_done());
  context_.observer.begin_arm("full");
  // Its agreement is the barrier behind which the clock starts on all ranks.
  on_every_rank([&] { measure::synchronize(context_.device); });
  on_every_rank([&] { train_until(stretch.steps_done, stretch); });
  stretch.seconds = context_.control.max(stretch.seconds);
  stretch.joules = context_.control.sum(stretch.joules);
  context_.observer.begin_arm("evaluation");
  trainer_->share_buffers();
  context_.observer.reach(Place::kEvaluation);
  stretch.test_accuracy = accuracy_of(*context_.test_set, context_.test_set->size());
  // As many training images as there are test images: the two fractions are then equally sure.
  if (config_.measure.evaluate)
    stretch.train_accuracy =
        accuracy_of(*context_.training_set, std::min(context_.training_set->size(), context_.test_set->size()));
  return stretch;
}

void TargetTraining::train_until(std::int64_t step, TargetStretch& stretch) {
  context_.memory.reset_peak();
  const double joules_before = context_.watch.energy_joules();
  const auto begin = std::chrono::steady_clock::now();
  trained_steps_ += step - trainer_->steps_done();
  take_steps(step - trainer_->steps_done());
  context_.watch.look();
  measure::synchronize(context_.device);
  stretch.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  stretch.joules = context_.watch.energy_joules() - joules_before;
  own_joules_ += stretch.joules;
  peak_bytes_ = std::max(peak_bytes_, context_.memory.peak_bytes());
}

// Every image is seen by exactly one rank: the sums are exact counts.
double TargetTraining::accuracy_of(const data::Dataset& dataset, std::int64_t images) {
  Evaluation mine;
  on_every_rank([&] {
    mine = evaluate_shard(*trainer_, dataset, images, context_.communicator,
                          evaluation_options(config_, context_.device), context_.observer);
  });
  return context_.control.sum(static_cast<double>(mine.correct)) /
         context_.control.sum(static_cast<double>(mine.images));
}

std::string TargetTraining::generators() const {
  std::string states = bytes_of_generator(at::Device(at::kCPU));
  if (context_.device.is_cuda()) states += bytes_of_generator(context_.device);
  return states;
}

void TargetTraining::set_generators(const std::string& states) const {
  const std::size_t on_host = bytes_of_generator(at::Device(at::kCPU)).size();
  set_generator(at::Device(at::kCPU), std::string_view(states).substr(0, on_host));
  if (context_.device.is_cuda()) set_generator(context_.device, std::string_view(states).substr(on_host));
}

Checkpoint TargetTraining::checkpoint(const std::string& mark) {
  Checkpoint checkpoint;
  checkpoint.generators = context_.control.gather(generators());
  if (context_.control.rank() != 0) return checkpoint;
  const std::vector<at::Tensor> state = trainer_->state();
  checkpoint.mark = mark;
  checkpoint.step = trainer_->steps_done();
  checkpoint.layout = layout_of(state);
  checkpoint.tensors = bytes_of(state);
  return checkpoint;
}

RepetitionSamples TargetTraining::circumstances() const {
  RepetitionSamples samples;
  samples.parameters = nn::parameter_count(trainer_->network());
  samples.gradients = trainer_->gradient_count();
  samples.convolution_layers = nn::convolution_layer_count(trainer_->network());
  if (auto* reducer = trainer_->reducer()) samples.bucket_bytes = reducer->bucket_bytes();
  samples.machine = context_.watch.end();
  samples.step_joules = own_joules_ / static_cast<double>(trained_steps_);
  samples.peak_memory_bytes = peak_bytes_;
  samples.skipped_images = context_.training_set->skipped_images();
  std::ranges::move(context_.test_set->skipped_images(), std::back_inserter(samples.skipped_images));
  samples.not_graphed = not_graphed_;
  samples.not_resident = input_.not_resident;
  samples.resident_bytes = input_.resident_bytes;
  return samples;
}

}  // namespace scalemark::train
