#include "comm/gradient_reducer.h"

#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <utility>

#include "comm/bucket_fill.h"
#include "comm/bucket_plan.h"
#include "core/error.h"
#include "kernels/scaled_copies.h"

namespace scalemark::comm {
namespace {

bool is_narrower(std::optional<at::ScalarType> wire_type, const at::Tensor& gradient) {
  return wire_type && c10::elementSize(*wire_type) < static_cast<std::size_t>(gradient.element_size());
}

}  // namespace

struct GradientReducer::State {
  State(Communicator& ranks, BucketFill fill) : communicator(ranks), filler(make_bucket_filler(fill, ranks.size())) {}

  void allocate(GradientBucket& bucket, std::optional<at::ScalarType> wire_type);
  void start_complete_buckets();
  void wait_for_all();

  Communicator& communicator;
  std::unique_ptr<BucketFiller> filler;
  std::vector<GradientSlot> slots;
  std::vector<GradientBucket> buckets;
  std::function<void(std::size_t)> on_bucket_ready;
  Schedule schedule = Schedule::kOverlapped;
  std::size_t next_bucket = 0;
};

// Views have the parameters' own strides: a gradient in channels_last order stays in that order.
void GradientReducer::State::allocate(GradientBucket& bucket, std::optional<at::ScalarType> wire_type) {
  std::int64_t elements = 0;
  for (const std::size_t index : bucket.slots) elements += slots[index].parameter.numel();
  const at::Tensor& like = slots[bucket.slots.front()].parameter;
  const at::TensorOptions options = like.options().requires_grad(false);
  const bool is_converted = is_narrower(wire_type, like);
  bucket.wire = communicator.allocate(elements, is_converted ? options.dtype(*wire_type) : options);
  bucket.flat = is_converted ? at::zeros({elements}, options) : bucket.wire;
  std::int64_t offset = 0;
  for (const std::size_t index : bucket.slots) {
    GradientSlot& slot = slots[index];
    slot.view = bucket.flat.as_strided(slot.parameter.sizes(), slot.parameter.strides(), offset);
    slot.wire_view = bucket.wire.as_strided(slot.parameter.sizes(), slot.parameter.strides(), offset);
    slot.scale = kernels::factor_between(slot.wire_view, slot.working.scalar_type(), 1.0 / communicator.size());
    offset += slot.parameter.numel();
  }
}

// Ranks may finish gradients in different orders, but have to start reductions in one: that of the buckets.
void GradientReducer::State::start_complete_buckets() {
  for (; next_bucket < buckets.size() && buckets[next_bucket].missing == 0; ++next_bucket) {
    GradientBucket& bucket = buckets[next_bucket];
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
    : state_(std::make_unique<State>(communicator, layout.fill)) {
  const c10::NoGradGuard no_grad;
  const auto plan = plan_buckets(parameters, ready_order, layout);
  for (NamedParameter& parameter : parameters) {
    TORCH_CHECK(parameter.tensor.is_non_overlapping_and_dense(), "parameter ", parameter.name, " is not dense");
    GradientSlot slot;
    slot.name = std::move(parameter.name);
    slot.working = parameter.working.defined() ? std::move(parameter.working) : parameter.tensor;
    slot.parameter = std::move(parameter.tensor);
    state_->slots.push_back(std::move(slot));
  }
  for (const auto& indices : plan) {
    GradientBucket bucket;
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
  const c10::NoGradGuard no_grad;
  state_->schedule = schedule;
  state_->next_bucket = 0;
  for (GradientSlot& slot : state_->slots) {
    slot.ready = false;
    slot.parameter.mutable_grad().reset();
    slot.working.mutable_grad().reset();
  }
  for (GradientBucket& bucket : state_->buckets) {
    bucket.missing = bucket.slots.size();
    bucket.work.reset();
    if (bucket.flat.defined()) state_->filler->begin(bucket, state_->slots);
  }
}

void GradientReducer::add(std::size_t parameter) {
  const c10::NoGradGuard no_grad;
  GradientSlot& slot = state_->slots.at(parameter);
  TORCH_CHECK(!slot.ready, "the gradient of ", slot.name, " was added twice in one backward");
  if (!slot.working.grad().defined()) return;  // finalize() names it
  GradientBucket& bucket = state_->buckets[slot.bucket];
  const bool is_reduced = bucket.flat.defined();
  if (is_reduced) state_->filler->add(slot);
  slot.ready = true;
  if (--bucket.missing > 0) return;
  if (is_reduced) state_->filler->complete(bucket, state_->slots);
  if (state_->on_bucket_ready) state_->on_bucket_ready(slot.bucket);
  if (state_->schedule == Schedule::kOverlapped) state_->start_complete_buckets();
}

void GradientReducer::finalize() {
  std::string missing;
  for (const GradientSlot& slot : state_->slots) {
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
  for (GradientBucket& bucket : state_->buckets) bucket.missing = 0;
  state_->start_complete_buckets();
  state_->wait_for_all();
}

std::size_t GradientReducer::bucket_count() const { return state_->buckets.size(); }

std::vector<std::int64_t> GradientReducer::bucket_bytes() const {
  std::vector<std::int64_t> bytes;
  for (const GradientBucket& bucket : state_->buckets) bytes.push_back(bucket.bytes);
  return bytes;
}

void GradientReducer::reduce_bucket(std::size_t bucket) {
  if (!state_->buckets.at(bucket).flat.defined()) return;
  state_->communicator.all_reduce(state_->buckets[bucket].wire)->wait();
}

}  // namespace scalemark::comm
