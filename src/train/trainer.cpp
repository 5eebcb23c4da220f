#include "train/trainer.h"

#include <ATen/ops/tensor.h>
#include <torch/nn/functional/loss.h>

#include <cmath>
#include <utility>

#include "core/activity.h"
#include "core/fault_point.h"
#include "optim/schedule.h"
#include "train/precision.h"

namespace scalemark::train {
namespace {

using config::LearningRateScaling;
using config::Precision;
using measure::Phase;

comm::BucketLayout bucket_layout(const config::TrainConfig& train) {
  comm::BucketLayout layout;
  layout.bucket_bytes = std::llround(train.bucket_mebibytes * static_cast<double>(1 << 20));
  layout.first_bucket_bytes = std::min(layout.first_bucket_bytes, layout.bucket_bytes);
  return layout;
}

// The seed alone decides the weights, so that 1, 2 and 4 ranks start from the same ones.
std::shared_ptr<nn::Network> build_network(const config::CaseConfig& config, const at::Device& device,
                                           bool channels_last) {
  torch::manual_seed(config.train.seed);
  auto network = nn::make_network(
      config.model,
      {.image_size = config.dataset.image_size, .classes = config.dataset.classes, .batch_norm = config.batch_norm});
  network->to(device, parameter_dtype(config.train.precision));
  if (channels_last) {
    const torch::NoGradGuard no_grad;
    for (auto& parameter : network->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
  }
  network->train();
  return network;
}

}  // namespace

bool uses_channels_last(const config::TrainConfig& train) {
  // In fp64 there is no channels-last kernel to gain from.
  if (train.channels_last == config::Switch::kAuto) return train.precision != Precision::kFp64;
  return train.channels_last == config::Switch::kOn;
}

Trainer::Trainer(const config::CaseConfig& config, const at::Device& device, comm::Communicator& communicator,
                 std::int64_t total_steps)
    : config_(config),
      device_(device),
      communicator_(communicator),
      total_steps_(total_steps),
      channels_last_(uses_channels_last(config.train)),
      network_(build_network(config, device, channels_last_)) {
  set_math_mode(config.train.precision, config.train.cudnn_benchmark);
  for (const auto& parameter : network_->named_parameters()) {
    parameters_.push_back({parameter.key(), parameter.value()});
    parameter_tensors_.push_back(parameter.value());
  }
  optimizer_ = optim::make_optimizer(
      {.name = config.train.optimizer, .momentum = config.train.momentum, .weight_decay = config.train.weight_decay},
      parameter_tensors_);
  hooks_ = std::make_unique<GradientHooks>(parameter_tensors_, nullptr);
}

void Trainer::probe(const BatchSource& source) {
  // Batch norm's running statistics are the one state that a forward pass changes.
  const Snapshot before(network_->buffers(), device_);
  const data::Batch batch = to_device(source());
  ready_order_.clear();
  hooks_->set([this](std::size_t parameter) { ready_order_.push_back(parameter); });
  forward_loss(batch).backward();
  drop_gradients();
  if (communicator_.size() > 1) {
    // Once more with the buckets in memory, which are filled and not reduced.
    make_reducer();
    hooks_->set([this](std::size_t parameter) { reducer_->add(parameter); });
    reducer_->begin(comm::GradientReducer::Schedule::kAfterBackward);
    forward_loss(batch).backward();
    drop_gradients();
  }
  hooks_->set(nullptr);
  before.restore();
}

void Trainer::make_reducer() {
  reducer_ =
      std::make_unique<comm::GradientReducer>(parameters_, ready_order_, communicator_, bucket_layout(config_.train));
  reducer_->set_bucket_ready_callback([this](std::size_t bucket) {
    if (observer_ != nullptr) observer_->bucket_ready(bucket);
  });
}

std::vector<std::size_t> Trainer::ready_order_of_rank_0() {
  std::vector<std::int64_t> indices(ready_order_.begin(), ready_order_.end());
  const at::Tensor order = at::tensor(indices).to(device_);
  communicator_.broadcast(order, 0);
  const at::Tensor on_host = order.to(at::kCPU);
  const auto* begin = on_host.const_data_ptr<std::int64_t>();
  return {begin, begin + on_host.numel()};
}

void Trainer::connect() {
  std::vector<at::Tensor> state = parameter_tensors_;
  for (const auto& buffer : network_->buffers()) state.push_back(buffer);
  if (communicator_.size() > 1) {
    comm::broadcast_tensors(state, communicator_);
    // Every rank lays its buckets out as rank 0 does: the order could differ where backward has a choice.
    if (auto order = ready_order_of_rank_0(); order != ready_order_) {
      ready_order_ = std::move(order);
      reducer_.reset();
      make_reducer();
    }
  }
  for (auto& tensor : optimizer_->state()) state.push_back(tensor);
  snapshot_ = std::make_unique<Snapshot>(std::move(state), device_);
}

void Trainer::restore() {
  drop_gradients();
  snapshot_->restore();
  step_ = 0;
}

template <typename Function>
auto Trainer::observed(measure::StepObserver& observer, Phase phase, Function&& function) {
  struct Scope {
    measure::StepObserver& observer;
    Phase phase;
    ~Scope() { observer.end(phase); }
  };
  const char* name = measure::kPhaseNames[static_cast<std::size_t>(phase)];
  Activity::mine().begin_phase(name);
  observer.begin(phase);
  fault_point(name);
  const Scope scope{observer, phase};
  return function();
}

at::Tensor Trainer::step(const BatchSource& source, Reduction reduction, measure::StepObserver& observer) {
  observer_ = &observer;
  in_step_ = true;
  Activity::mine().begin_step();
  observer.begin_step();
  const data::Batch host_batch = observed(observer, Phase::kLoad, [&] { return source(); });
  const data::Batch batch = observed(observer, Phase::kTransfer, [&] { return to_device(host_batch); });
  const at::Tensor loss = observed(observer, Phase::kForward, [&] {
    begin_gradients(reduction);
    return forward_loss(batch);
  });
  observed(observer, Phase::kBackward, [&] { loss.backward(); });
  observed(observer, Phase::kReduce, [&] {
    if (reducer_ != nullptr && reduction != Reduction::kNone) reducer_->finalize();
  });
  observed(observer, Phase::kOptimizer, [&] { optimizer_->step(learning_rate()); });
  observer.end_step();
  observer_ = nullptr;
  in_step_ = gradients_begun_ = false;
  ++step_;
  return fault_point("loss") == FaultEffect::kNan ? loss.detach() * std::nan("") : loss.detach();
}

at::Tensor Trainer::forward_loss(const data::Batch& batch) {
  at::Tensor logits;
  {
    const AutocastScope autocast(device_, config_.train.precision);
    logits = network_->forward(batch.images);
  }
  // The loss is taken in the parameters' precision: a mean in bfloat16 would have three digits.
  return torch::nn::functional::cross_entropy(logits.to(parameter_dtype(config_.train.precision)), batch.labels);
}

// Before forward: the last step's gradients would else lie beside this one's activations.
void Trainer::begin_gradients(Reduction reduction) {
  gradients_begun_ = true;
  if (reducer_ == nullptr) {
    drop_gradients();
    return;
  }
  using Schedule = comm::GradientReducer::Schedule;
  // Without reduction the buckets are filled all the same: the arms then differ in communication alone, and in no
  // memory.
  reducer_->begin(reduction == Reduction::kOverlapped ? Schedule::kOverlapped : Schedule::kAfterBackward);
  hooks_->set([this](std::size_t parameter) { reducer_->add(parameter); });
}

void Trainer::take_part(std::int64_t steps) {
  observer_ = nullptr;
  hooks_->set(nullptr);
  if (reducer_ == nullptr) return;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (step > 0 || !in_step_) Activity::mine().begin_step();
    if (step > 0 || !gradients_begun_) reducer_->begin(comm::GradientReducer::Schedule::kAfterBackward);
    reducer_->take_part();
  }
  in_step_ = gradients_begun_ = false;
}

void Trainer::drop_gradients() {
  for (auto& parameter : parameter_tensors_) parameter.mutable_grad().reset();
}

double Trainer::learning_rate() const {
  const auto& train = config_.train;
  const double rate =
      train.learning_rate * (train.learning_rate_scaling == LearningRateScaling::kLinear ? communicator_.size() : 1);
  switch (train.schedule) {
    case config::Schedule::kConstant:
      return rate;
    case config::Schedule::kStep:
      return optim::step_learning_rate(rate, step_, total_steps_);
    case config::Schedule::kCosine:
      return optim::cosine_learning_rate(rate, step_, total_steps_);
    case config::Schedule::kOneCycle:
      return optim::one_cycle_learning_rate(rate, step_, total_steps_);
  }
  return rate;
}

data::Batch Trainer::to_device(const data::Batch& batch) const {
  constexpr bool kNonBlocking = true;
  return {batch.images.to(device_, kNonBlocking), batch.labels.to(device_, kNonBlocking)};
}

std::vector<at::Tensor> Trainer::gradients() const {
  std::vector<at::Tensor> copies;
  for (const auto& parameter : parameter_tensors_) copies.push_back(parameter.grad().clone());
  return copies;
}

std::int64_t Trainer::count_correct(const data::Batch& batch) {
  const torch::NoGradGuard no_grad;
  network_->eval();
  const data::Batch on_device = to_device(batch);
  const AutocastScope autocast(device_, config_.train.precision);
  const at::Tensor predictions = network_->forward(on_device.images).argmax(1);
  network_->train();
  return predictions.eq(on_device.labels).sum().item<std::int64_t>();
}

void Trainer::share_buffers() {
  if (communicator_.size() > 1) comm::broadcast_tensors(network_->buffers(), communicator_);
}

}  // namespace scalemark::train
