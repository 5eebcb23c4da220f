#include "train/trainer.h"

#include <ATen/ops/tensor.h>

#include <cmath>
#include <utility>

#include "kernels/cross_entropy.h"
#include "train/device_backend.h"
#include "train/precision.h"
#include "train/replica.h"

namespace scalemark::train {
namespace {

using config::Precision;
using measure::Phase;

comm::BucketLayout bucket_layout(const config::TrainConfig& train) {
  comm::BucketLayout layout;
  layout.bucket_bytes = std::llround(train.bucket_mebibytes * static_cast<double>(1 << 20));
  layout.first_bucket_bytes = std::min(layout.first_bucket_bytes, layout.bucket_bytes);
  if (train.comm_hook == config::CommHook::kFp16) layout.wire_type = at::kHalf;
  if (train.comm_hook == config::CommHook::kBf16) layout.wire_type = at::kBFloat16;
  return layout;
}

std::unique_ptr<DataParallel> make_data_parallel(const config::CaseConfig& config, const at::Device& device,
                                                 const std::shared_ptr<nn::Network>& network) {
  if (config.train.mode != config::Mode::kDataParallel) return nullptr;
  return std::make_unique<DataParallel>(config, network, replica_devices(device, config.gpus));
}

// The replicas of data_parallel and the micro-batches of a step are left to autocast: their gradients add up.
MasterWeights make_weights(const config::TrainConfig& train, nn::Network& network) {
  const bool one_backward = train.mode != config::Mode::kDataParallel && train.accumulation == 1;
  return {network, one_backward ? train.precision : config::Precision::kFp32};
}

std::vector<data::Batch> micro_batches(const data::Batch& batch, std::int64_t count) {
  const auto images = batch.images.tensor_split(count);
  const auto labels = batch.labels.tensor_split(count);
  std::vector<data::Batch> parts;
  for (std::size_t i = 0; i < images.size(); ++i) parts.push_back({images[i], labels[i]});
  return parts;
}

}  // namespace

Trainer::Trainer(const config::CaseConfig& config, const at::Device& device, comm::Communicator& communicator,
                 std::int64_t total_steps)
    : config_(config),
      device_(device),
      communicator_(communicator),
      rate_(config, total_steps),
      network_(build_replica(config, device)),
      data_parallel_(make_data_parallel(config, device, network_)),
      weights_(make_weights(config.train, *network_)) {
  set_math_mode(config.train.precision, config.train.cudnn_benchmark);
  optimizer_ = optim::make_optimizer(
      {.name = config.train.optimizer, .momentum = config.train.momentum, .weight_decay = config.train.weight_decay},
      weights_.masters());
  if (config.train.precision == Precision::kFp16) scaler_.emplace(device);
  hooks_ = std::make_unique<GradientHooks>(weights_.working(), nullptr);
  if (auto lane = make_copy_lane(device)) slots_ = std::make_unique<BatchSlots>(device, std::move(lane));
}

std::string Trainer::use_graphs(std::unique_ptr<GraphRecorder> recorder) {
  if (scaler_ && optimizer_->waits_to_skip()) {
    return "in fp16 " + config_.train.optimizer + " asks the device whether to leave the step out";
  }
  rate_.keep_on(device_);
  graphs_ = std::make_unique<GraphedSteps>(std::move(recorder), [this](const data::Batch& batch, Reduction reduction) {
    measure::StepObserver nobody;
    StepResult result = compute(batch, reduction, nobody);
    gradients_begun_ = false;
    return result;
  });
  return {};
}

void Trainer::probe(const BatchSource& source) {
  // Batch norm's running statistics are the one state that a forward pass changes.
  const Snapshot before(network_->buffers(), device_);
  const data::Batch batch = to_device(source());
  ready_order_.clear();
  compute_gradients(batch, [this](std::size_t parameter) { ready_order_.push_back(parameter); });
  if (communicator_.size() > 1) {
    shared_order_ = at::tensor(std::vector<std::int64_t>(ready_order_.begin(), ready_order_.end())).to(device_);
    // Once more with the buckets in memory, which are filled and not reduced.
    make_reducer();
    reducer_->begin(comm::GradientReducer::Schedule::kAfterBackward);
    compute_gradients(batch, [this](std::size_t parameter) { reducer_->add(parameter); });
  }
  before.restore();
}

// As a step does it, but seen by nobody and dropped.
void Trainer::compute_gradients(const data::Batch& batch, const std::function<void(std::size_t)>& ready) {
  const auto parts = micro_batches(batch, config_.train.accumulation);
  for (const auto& part : parts) {
    const at::Tensor loss = forward_loss(part);
    if (&part == &parts.back()) hooks_->set(ready);
    backward(loss);
  }
  hooks_->set(nullptr);
  if (data_parallel_) data_parallel_->reduce();
  weights_.take_gradients();
  weights_.drop_gradients();
}

void Trainer::make_reducer() {
  std::vector<comm::NamedParameter> parameters;
  for (const auto& parameter : network_->named_parameters()) {
    const std::size_t index = parameters.size();
    parameters.push_back({parameter.key(), weights_.masters()[index], weights_.working()[index]});
  }
  reducer_ = std::make_unique<comm::GradientReducer>(std::move(parameters), ready_order_, communicator_,
                                                     bucket_layout(config_.train));
  reducer_->set_bucket_ready_callback([this](std::size_t bucket) {
    if (observer_ != nullptr) observer_->bucket_ready(bucket);
  });
}

std::vector<std::size_t> Trainer::ready_order_of_rank_0() const {
  const at::Tensor on_host = shared_order_.to(at::kCPU);
  const auto* begin = on_host.const_data_ptr<std::int64_t>();
  return {begin, begin + on_host.numel()};
}

void Trainer::connect() {
  std::vector<at::Tensor> state = weights_.masters();
  for (const auto& buffer : network_->buffers()) state.push_back(buffer);
  if (communicator_.size() > 1) {
    comm::broadcast_tensors(state, communicator_);
    communicator_.broadcast(shared_order_, 0);
  }
  weights_.publish();
  // All that was collective is over: a rank that runs out of memory below leaves no other waiting.
  if (communicator_.size() > 1) {
    // Every rank lays its buckets out as rank 0 does: the order could differ where backward has a choice.
    if (auto order = ready_order_of_rank_0(); order != ready_order_) {
      ready_order_ = std::move(order);
      reducer_.reset();
      make_reducer();
    }
  }
  for (auto& tensor : optimizer_->state()) state.push_back(tensor);
  if (scaler_) {
    for (auto& tensor : scaler_->state()) state.push_back(tensor);
  }
  snapshot_ = std::make_unique<Snapshot>(std::move(state), device_);
}

void Trainer::restore() {
  weights_.drop_gradients();
  snapshot_->restore();
  weights_.publish();
  step_ = 0;
}

template <typename Function>
auto Trainer::observed(measure::StepObserver& observer, Phase phase, Function&& function) {
  struct Scope {
    measure::StepObserver& observer;
    Phase phase;
    ~Scope() { observer.end(phase); }
  };
  observer.begin(phase);
  const Scope scope{observer, phase};
  return function();
}

at::Tensor Trainer::step(const BatchSource& source, Reduction reduction, measure::StepObserver& observer) {
  observer_ = &observer;
  in_step_ = true;
  observer.begin_step();
  const data::Batch host_batch = observed(observer, Phase::kLoad, [&] { return source(); });
  const data::Batch batch = observed(observer, Phase::kTransfer, [&] { return transfer(host_batch); });
  rate_.set_step(step_);
  const bool replayed = graphs_ && graphs_->has(reduction) && !observer.looks_inside();
  if (replayed) observer.begin_replay();
  const StepResult result = replayed ? graphs_->replay(reduction, batch) : compute(batch, reduction, observer);
  skipped_ = result.skipped;
  observer.loss_ready(result.loss);
  observer.end_step();
  observer_ = nullptr;
  in_step_ = gradients_begun_ = false;
  ++step_;
  return result.loss;
}

// All of the step that the device does, in the order in which it is queued: what a graph holds.
StepResult Trainer::compute(const data::Batch& batch, Reduction reduction, measure::StepObserver& observer) {
  at::Tensor loss;
  const auto parts = micro_batches(batch, config_.train.accumulation);
  for (const auto& part : parts) {
    const at::Tensor part_loss = observed(observer, Phase::kForward, [&] {
      if (!gradients_begun_) begin_gradients(reduction);
      return forward_loss(part);
    });
    observed(observer, Phase::kBackward, [&] {
      if (&part == &parts.back()) announce_gradients();
      backward(part_loss);
      if (reducer_ == nullptr) weights_.take_gradients();
    });
    loss = loss.defined() ? loss + part_loss.detach() : part_loss.detach();
  }
  observed(observer, Phase::kReduce, [&] { reduce_gradients(reduction); });
  const at::Tensor skipped = observed(observer, Phase::kOptimizer, [&] { return update_parameters(); });
  return {loss, skipped};
}

// The mean over the whole batch is the sum of what the micro-batches, which are of one size, add to it.
at::Tensor Trainer::forward_loss(const data::Batch& batch) {
  const at::Tensor logits = data_parallel_ ? data_parallel_->forward(batch.images)
                                           : logits_of(*network_, batch.images, config_.train.precision);
  return kernels::cross_entropy(logits, batch.labels, config_.train.accumulation,
                                config_.train.fused != config::Switch::kOff);
}

void Trainer::backward(const at::Tensor& loss) {
  (scaler_ ? scaler_->scale(loss) : loss).backward();
  if (data_parallel_) data_parallel_->backward();
}

// Before forward: the last step's gradients would else lie beside this one's activations.
void Trainer::begin_gradients(Reduction reduction) {
  gradients_begun_ = true;
  if (reducer_ == nullptr) {
    weights_.drop_gradients();
    return;
  }
  using Schedule = comm::GradientReducer::Schedule;
  // Without reduction the buckets are filled all the same: the arms then differ in communication alone, and in no
  // memory.
  reducer_->begin(reduction == Reduction::kOverlapped ? Schedule::kOverlapped : Schedule::kAfterBackward);
}

// In the last micro-batch alone: before it, gradients add up where backward puts them, and nothing is reduced.
void Trainer::announce_gradients() {
  if (reducer_ != nullptr) hooks_->set([this](std::size_t parameter) { reducer_->add(parameter); });
}

void Trainer::reduce_gradients(Reduction reduction) {
  hooks_->set(nullptr);
  if (data_parallel_) data_parallel_->reduce();
  if (reducer_ != nullptr && reduction != Reduction::kNone) reducer_->finalize();
}

// Returns whether the update was left out (undefined where it never is).
at::Tensor Trainer::update_parameters() {
  at::Tensor skipped;
  if (scaler_) {
    std::vector<at::Tensor> gradients;
    for (const auto& parameter : weights_.masters()) gradients.push_back(parameter.grad());
    // After reduction: a value that is not finite on one rank is not finite in the mean, which is bitwise the same on
    // all ranks, so that all of them leave the step out and halve their scales without a word to each other.
    skipped = scaler_->unscale(std::move(gradients));
    optimizer_->step(rate_.rate(), skipped);
    scaler_->update();
  } else {
    optimizer_->step(rate_.rate());
  }
  weights_.publish();
  return skipped;
}

void Trainer::take_part(std::int64_t steps, measure::StepObserver& observer) {
  observer_ = nullptr;
  hooks_->set(nullptr);
  if (reducer_ == nullptr) return;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (step > 0 || !in_step_) observer.begin_step();
    if (step > 0 || !gradients_begun_) reducer_->begin(comm::GradientReducer::Schedule::kAfterBackward);
    reducer_->take_part();
  }
  in_step_ = gradients_begun_ = false;
}

data::Batch Trainer::transfer(const data::Batch& batch) {
  if (slots_ == nullptr || batch.images.device() == device_) return to_device(batch);
  return slots_->take(batch);
}

data::Batch Trainer::to_device(const data::Batch& batch) const {
  constexpr bool kNonBlocking = true;
  return {batch.images.to(device_, kNonBlocking), batch.labels.to(device_, kNonBlocking)};
}

std::vector<at::Tensor> Trainer::gradients() const {
  std::vector<at::Tensor> copies;
  for (const auto& parameter : weights_.masters()) copies.push_back(parameter.grad().clone());
  return copies;
}

std::int64_t Trainer::gradient_count() const {
  std::int64_t count = 0;
  for (const std::size_t parameter : ready_order_) count += weights_.masters()[parameter].numel();
  return count;
}

std::int64_t Trainer::count_correct(const data::Batch& batch) {
  const torch::NoGradGuard no_grad;
  network_->eval();
  const data::Batch on_device = to_device(batch);
  const at::Tensor predictions = logits_of(*network_, on_device.images, config_.train.precision).argmax(1);
  network_->train();
  return predictions.eq(on_device.labels).sum().item<std::int64_t>();
}

void Trainer::share_buffers() {
  if (communicator_.size() > 1) comm::broadcast_tensors(network_->buffers(), communicator_);
}

}  // namespace scalemark::train
