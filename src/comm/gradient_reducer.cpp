#include "comm/gradient_reducer.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <utility>

#include "comm/bucket_plan.h"
#include "core/error.h"

namespace scalemark::comm {
namespace {

struct Slot {
  std::string name;
  at::Tensor parameter;
  at::Tensor working;  ///< has the gradient after backward: the parameter itself, or its copy in fewer bits
  std::size_t bucket = 0;
  at::Tensor view;       ///< the gradient's place in the bucket, with the parameter's sizes and strides
  at::Tensor wire_view;  ///< the same place in the bucket's `wire`
  at::Tensor scale;      ///< 1 / ranks
  bool ready = false;
};

struct Bucket {
  std::vector<std::size_t> slots;
  std::int64_t bytes = 0;
  at::Tensor flat;  ///< undefined where there is one rank: its gradients are the mean already
  at::Tensor wire;  ///< what is reduced: `flat`, or one of fewer bits beside it
  std::size_t missing = 0;
  std::unique_ptr<Work> work;
};

// A number's type counts for nothing beside the gradient's: the product would be rounded to that, and then widened. As
// a tensor of one dimension it counts.
at::Tensor scale_for(const Slot& slot, double value) {
  const auto gradient_type = slot.working.scalar_type();
  const bool is_widened =
      gradient_type != slot.parameter.scalar_type() && gradient_type != slot.wire_view.scalar_type();
  return is_widened ? at::full({1}, value, slot.parameter.options().requires_grad(false))
                    : at::scalar_tensor(value, at::kDouble);
}

// Scaled on the way in, which costs no pass of its own: the sum over ranks is then the mean, and stays in range.
void put_into_bucket(Slot& slot) {
  const at::Tensor gradient = std::exchange(slot.working.mutable_grad(), {});
  at::mul_out(slot.wire_view, gradient, slot.scale);
  slot.parameter.mutable_grad() = slot.view;
}

bool is_narrower(std::optional<at::ScalarType> wire_type, const at::Tensor& gradient) {
  return wire_type && c10::elementSize(*wire_type) < static_cast<std::size_t>(gradient.element_size());
}

}  // namespace

struct GradientReducer::State {
  explicit State(Communicator& ranks) : communicator(ranks) {}

  void allocate(Bucket& bucket, std::optional<at::ScalarType> wire_type);
  void start_complete_buckets();
  void wait_for_all();

  Communicator& communicator;
  std::vector<Slot> slots;
  std::vector<Bucket> buckets;
  std::function<void(std::size_t)> on_bucket_ready;
  Schedule schedule = Schedule::kOverlapped;
  std::size_t next_bucket = 0;
};

// Views have the parameters' own strides: a gradient in channels_last order stays in that order.
void GradientReducer::State::allocate(Bucket& bucket, std::optional<at::ScalarType> wire_type) {
  std::int64_t elements = 0;
  for (const std::size_t index : bucket.slots) elements += slots[index].parameter.numel();
  const at::Tensor& like = slots[bucket.slots.front()].parameter;
  const at::TensorOptions options = like.options().requires_grad(false);
  const bool is_converted = is_narrower(wire_type, like);
  bucket.wire = communicator.allocate(elements, is_converted ? options.dtype(*wire_type) : options);
  bucket.flat = is_converted ? at::zeros({elements}, options) : bucket.wire;
  std::int64_t offset = 0;
  for (const std::size_t index : bucket.slots) {
    Slot& slot = slots[index];
    slot.view = bucket.flat.as_strided(slot.parameter.sizes(), slot.parameter.strides(), offset);
    slot.wire_view = bucket.wire.as_strided(slot.parameter.sizes(), slot.parameter.strides(), offset);
    slot.scale = scale_for(slot, 1.0 / communicator.size());
    offset += slot.parameter.numel();
  }
}

// Ranks may finish gradients in different orders, but have to start reductions in one: that of the buckets.
void GradientReducer::State::start_complete_buckets() {
  for (; next_bucket < buckets.size() && buckets[next_bucket].missing == 0; ++next_bucket) {
    Bucket& bucket = buckets[next_bucket];
    if (bucket.flat.defined()) bucket.work = communicator.all_reduce(bucket.wire);
  }
}

void GradientReducer::State::wait_for_all() {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto work = std::move(buckets[i].work);
    if (!work) continue;
    work->wait();
    if (!buckets[i].wire.is_same(buckets[i].flat)) buckets[i].flat.copy_(buckets[i].wire);
  }
}

GradientReducer::GradientReducer(std::vector<NamedParameter> parameters, const std::vector<std::size_t>& ready_order,
                                 Communicator& communicator, const BucketLayout& layout)
    : state_(std::make_unique<State>(communicator)) {
  const c10::NoGradGuard no_grad;
  const auto plan = plan_buckets(parameters, ready_order, layout);
  for (NamedParameter& parameter : parameters) {
    TORCH_CHECK(parameter.tensor.is_non_overlapping_and_dense(), "parameter ", parameter.name, " is not dense");
    Slot slot;
    slot.name = std::move(parameter.name);
    slot.working = parameter.working.defined() ? std::move(parameter.working) : parameter.tensor;
    slot.parameter = std::move(parameter.tensor);
    state_->slots.push_back(std::move(slot));
  }
  for (const auto& indices : plan) {
    Bucket bucket;
    bucket.slots = indices;
    for (const std::size_t index : indices) {
      state_->slots[index].bucket = state_->buckets.size();
      const at::Tensor& parameter = state_->slots[index].parameter;
      const bool is_converted = is_narrower(layout.wire_type, parameter);
      bucket.bytes += parameter.numel() * static_cast<std::int64_t>(is_converted ? c10::elementSize(*layout.wire_type)
                                                                                 : parameter.element_size());
    }
    if (communicator.size() > 1) state_->allocate(bucket, layout.wire_type);
    state_->buckets.push_back(std::move(bucket));
  }
}

GradientReducer::~GradientReducer() = default;

void GradientReducer::set_bucket_ready_callback(std::function<void(std::size_t)> callback) {
  state_->on_bucket_ready = std::move(callback);
}

void GradientReducer::begin(Schedule schedule) {
  state_->schedule = schedule;
  state_->next_bucket = 0;
  for (Bucket& bucket : state_->buckets) {
    bucket.missing = bucket.slots.size();
    bucket.work.reset();
  }
  for (Slot& slot : state_->slots) {
    slot.ready = false;
    slot.parameter.mutable_grad().reset();
    slot.working.mutable_grad().reset();
  }
}

void GradientReducer::add(std::size_t parameter) {
  const c10::NoGradGuard no_grad;
  Slot& slot = state_->slots.at(parameter);
  TORCH_CHECK(!slot.ready, "the gradient of ", slot.name, " was added twice in one backward");
  if (!slot.working.grad().defined()) return;  // finalize() names it
  if (slot.view.defined()) put_into_bucket(slot);
  slot.ready = true;
  if (--state_->buckets[slot.bucket].missing > 0) return;
  if (state_->on_bucket_ready) state_->on_bucket_ready(slot.bucket);
  if (state_->schedule == Schedule::kOverlapped) state_->start_complete_buckets();
}

void GradientReducer::finalize() {
  std::string missing;
  for (const Slot& slot : state_->slots) {
    if (!slot.ready) missing += (missing.empty() ? "" : ", ") + slot.name;
  }
  if (!missing.empty()) {
    throw InputError(fmt::format(
        "backward produced no gradient for: {}; every parameter must take part in the loss, or be left out of training",
        missing));
  }
  state_->start_complete_buckets();
  state_->wait_for_all();
}

void GradientReducer::take_part() {
  for (Bucket& bucket : state_->buckets) bucket.missing = 0;
  state_->start_complete_buckets();
  state_->wait_for_all();
}

std::size_t GradientReducer::bucket_count() const { return state_->buckets.size(); }

std::vector<std::int64_t> GradientReducer::bucket_bytes() const {
  std::vector<std::int64_t> bytes;
  for (const Bucket& bucket : state_->buckets) bytes.push_back(bucket.bytes);
  return bytes;
}

void GradientReducer::reduce_bucket(std::size_t bucket) {
  if (!state_->buckets.at(bucket).flat.defined()) return;
  state_->communicator.all_reduce(state_->buckets[bucket].wire)->wait();
}

}  // namespace scalemark::comm
