#include "train/trainer.h"

#include <ATen/Context.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "train/device_backend.h"
#include "train/local_gradients.h"
#include "train/precision.h"
#include "train/reduced_gradients.h"

namespace scalemark::train {
namespace {

using measure::Phase;

comm::BucketLayout bucket_layout(const config::TrainConfig& train) {
  comm::BucketLayout layout;
  layout.bucket_bytes = std::llround(train.bucket_mebibytes * static_cast<double>(1 << 20));
  layout.first_bucket_bytes = std::min(layout.first_bucket_bytes, layout.bucket_bytes);
  if (train.comm_hook == config::CommHook::kFp16) layout.wire_type = at::kHalf;
  if (train.comm_hook == config::CommHook::kBf16) layout.wire_type = at::kBFloat16;
  if (train.bucket_fill == config::BucketFill::kTogether) layout.fill = comm::BucketFill::kTogether;
  if (train.bucket_fill == config::BucketFill::kViews) layout.fill = comm::BucketFill::kViews;
  return layout;
}

// The replicas of data_parallel and the micro-batches of a step are left to autocast: their gradients add up.
config::Precision precision_of_weights(const config::TrainConfig& train) {
  const bool one_backward = train.mode != config::Mode::kDataParallel && train.accumulation == 1;
  return one_backward ? train.precision : config::Precision::kFp32;
}

std::vector<data::Batch> micro_batches(const data::Batch& batch, std::int64_t count) {
  const auto images = batch.images.tensor_split(count);
  const auto labels = batch.labels.tensor_split(count);
  std::vector<data::Batch> parts;
  for (std::size_t i = 0; i < images.size(); ++i) parts.push_back({images[i], labels[i]});
  return parts;
}

std::unique_ptr<NormExchange> make_norm_exchange(const config::TrainConfig& train, int ranks) {
  return train.sync_batch_norm && ranks > 1 ? std::make_unique<NormExchange>() : nullptr;
}

template <typename Function>
auto observed(measure::StepObserver& observer, Phase phase, Function&& function) {
  struct Scope {
    measure::StepObserver& observer;
    Phase phase;
    ~Scope() { observer.end(phase); }
  };
  observer.begin(phase);
  const Scope scope{observer, phase};
  return function();
}

}  // namespace

Trainer::Trainer(const config::CaseConfig& config, const at::Device& device, comm::Communicator& communicator,
                 std::int64_t total_steps, std::int64_t rising_steps)
    : config_(config),
      device_(device),
      communicator_(communicator),
      norms_(make_norm_exchange(config.train, communicator.size())),
      network_(config, device, norms_.get()),
      weights_(network_.network(), precision_of_weights(config.train)),
      update_(config, device, weights_, total_steps, rising_steps),
      hooks_(weights_.working()),
      gradients_(std::make_unique<LocalGradients>(weights_, network_)),
      run_ahead_(make_queue_marks(device)) {
  set_math_mode(config.train.precision, config.train.cudnn_benchmark);
  // Dropout draws numbers of each rank's own, and none of those that the weights came from.
  constexpr std::uint64_t kApart = 0x9e3779b97f4a7c15;
  at::manual_seed(config.train.seed + kApart * static_cast<std::uint64_t>(communicator.rank() + 1));
  if (auto lane = make_copy_lane(device)) slots_ = std::make_unique<BatchSlots>(device, std::move(lane));
}

at::Tensor Trainer::step(const BatchSource& source, Reduction reduction, measure::StepObserver& observer) {
  run_ahead_.begin_step();
  stage_ = Stage::kBegun;
  observer.begin_step();
  const data::Batch host_batch = observed(observer, Phase::kLoad, source);
  const data::Batch batch = observed(observer, Phase::kTransfer, [&] { return transfer(host_batch); });
  update_.set_step(step_);
  const bool replayed = graphs_ && graphs_->has(reduction) && !observer.looks_inside();
  if (replayed) observer.begin_replay();
  const StepResult result =
      replayed ? graphs_->replay(reduction, batch, observer) : compute(batch, reduction, observer);
  skipped_ = result.skipped;
  observer.loss_ready(result.loss);
  observer.end_step();
  run_ahead_.end_step();
  stage_ = Stage::kNone;
  ++step_;
  return result.loss;
}

// All of the step that the device does, in the order in which it is queued: what a graph holds.
StepResult Trainer::compute(const data::Batch& batch, Reduction reduction, measure::StepObserver& observer) {
  const at::Tensor loss = forward_and_backward(batch, *gradients_, reduction, observer);
  observed(observer, Phase::kReduce, [&] { gradients_->finish(); });
  const at::Tensor skipped = observed(observer, Phase::kOptimizer, [&] { return update_.apply(); });
  return {loss, skipped};
}

at::Tensor Trainer::forward_and_backward(const data::Batch& batch, GradientPath& gradients, Reduction reduction,
                                         measure::StepObserver& observer) {
  at::Tensor loss;
  const auto parts = micro_batches(batch, config_.train.accumulation);
  for (const auto& part : parts) {
    const at::Tensor part_loss = observed(observer, Phase::kForward, [&] {
      if (&part == &parts.front()) {
        gradients.begin(reduction);
        if (norms_) norms_->begin_step();
      }
      stage_ = Stage::kComputing;
      return network_.loss(part);
    });
    observed(observer, Phase::kBackward, [&] {
      const auto backward = [&] { network_.backward(update_.scaled(part_loss)); };
      if (&part == &parts.back()) return gradients.collect(backward, observer);
      backward();
    });
    if (&part == &parts.back()) observer.backward_done();
    loss = loss.defined() ? loss + part_loss.detach() : part_loss.detach();
  }
  return loss;
}

data::Batch Trainer::transfer(const data::Batch& batch) {
  if (slots_ == nullptr || batch.images.device() == device_) return to_device(batch);
  return slots_->take(batch);
}

data::Batch Trainer::to_device(const data::Batch& batch) const {
  constexpr bool kNonBlocking = true;
  return {batch.images.to(device_, kNonBlocking), batch.labels.to(device_, kNonBlocking)};
}

std::string Trainer::use_graphs(std::unique_ptr<GraphRecorder> recorder) {
  if (auto obstacle = update_.prepare_for_graphs(); !obstacle.empty()) return obstacle;
  const auto recorded_step = [this](const data::Batch& batch, Reduction reduction, measure::StepObserver& observer) {
    StepResult result = compute(batch, reduction, observer);
    stage_ = Stage::kNone;
    return result;
  };
  graphs_ = std::make_unique<GraphedSteps>(std::move(recorder), recorded_step);
  return {};
}

void Trainer::probe(const BatchSource& source, const std::function<void()>& buckets_made) {
  // Batch norm's running statistics are the one state that a forward pass changes.
  const Snapshot before(network_.network().buffers(), device_);
  const data::Batch batch = to_device(source());
  ready_order_ = ready_order(batch);
  if (communicator_.size() > 1) {
    shared_order_ = at::tensor(std::vector<std::int64_t>(ready_order_.begin(), ready_order_.end())).to(device_);
    // Once more with the buckets in memory, which are filled and not reduced.
    reduce_in(ready_order_);
    if (buckets_made) buckets_made();
    measure::StepObserver nobody;
    forward_and_backward(batch, *gradients_, Reduction::kNone, nobody);
    weights_.drop_gradients();
  }
  before.restore();
  stage_ = Stage::kNone;
}

// As a step does it, but seen by nobody and dropped.
std::vector<std::size_t> Trainer::ready_order(const data::Batch& batch) {
  std::vector<std::size_t> order;
  OrderedGradients gradients(weights_, network_, hooks_, order);
  measure::StepObserver nobody;
  forward_and_backward(batch, gradients, Reduction::kNone, nobody);
  gradients.finish();
  weights_.drop_gradients();
  return order;
}

void Trainer::reduce_in(const std::vector<std::size_t>& order) {
  // What uses the old buckets goes first, and they before the new ones: two sets may not fit.
  if (graphs_ != nullptr) graphs_->drop();
  gradients_ = std::make_unique<LocalGradients>(weights_, network_);
  gradients_ = std::make_unique<ReducedGradients>(network_.network(), weights_, hooks_, order, communicator_,
                                                  bucket_layout(config_.train));
}

void Trainer::connect() {
  if (norms_) norms_->connect(communicator_, device_);
  std::vector<at::Tensor> shared = weights_.masters();
  for (const auto& buffer : network_.network().buffers()) shared.push_back(buffer);
  comm::broadcast_tensors(shared, communicator_);
  comm::broadcast_tensors({shared_order_}, communicator_);
  weights_.publish();
  // All that was collective is over: a rank that runs out of memory below leaves no other waiting.
  adopt_order_of_rank_0();
  snapshot_ = std::make_unique<Snapshot>(state(), device_);
}

std::vector<at::Tensor> Trainer::state() {
  std::vector<at::Tensor> state = weights_.masters();
  for (const auto& buffer : network_.network().buffers()) state.push_back(buffer);
  for (auto& tensor : update_.state()) state.push_back(std::move(tensor));
  return state;
}

// Backward may have a choice, and the order differ between ranks, which lay their buckets out alike.
void Trainer::adopt_order_of_rank_0() {
  if (communicator_.size() == 1) return;
  const at::Tensor on_host = shared_order_.to(at::kCPU);
  const auto* begin = on_host.const_data_ptr<std::int64_t>();
  std::vector<std::size_t> order(begin, begin + on_host.numel());
  if (order == ready_order_) return;
  ready_order_ = std::move(order);
  reduce_in(ready_order_);
}

void Trainer::restore() {
  weights_.drop_gradients();
  snapshot_->restore();
  resume_at(0);
}

void Trainer::resume_at(std::int64_t step) {
  weights_.drop_gradients();
  weights_.publish();
  step_ = step;
}

void Trainer::take_part(std::int64_t steps, Reduction reduction, measure::StepObserver& observer) {
  if (reducer() == nullptr) return;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (stage_ == Stage::kNone) observer.begin_step();
    const bool begun = stage_ == Stage::kComputing;
    if (norms_ && !begun) norms_->begin_step();
    if (norms_) norms_->take_part();
    if (reduction != Reduction::kNone) {
      if (!begun) gradients_->begin(Reduction::kAfterBackward);
      gradients_->take_part();
    }
    stage_ = Stage::kNone;
  }
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

void Trainer::share_buffers() { comm::broadcast_tensors(network_.network().buffers(), communicator_); }

}  // namespace scalemark::train
