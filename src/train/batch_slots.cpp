#include "train/batch_slots.h"

#include <ATen/ops/empty_like.h>

#include <utility>

namespace scalemark::train {

BatchSlots::BatchSlots(const at::Device& device, std::unique_ptr<CopyLane> lane)
    : device_(device), lane_(std::move(lane)) {}

data::Batch BatchSlots::take(const data::Batch& host) {
  if (taken_) lane_->release(current_);
  taken_ = true;
  current_ = (current_ + 1) % kCopySlots;
  make_room(slots_[current_], host, current_);
  const data::Batch slot = slots_[current_];
  lane_->fill(current_, [slot, host] {
    constexpr bool kNonBlocking = true;
    slot.images.copy_(host.images, kNonBlocking);
    slot.labels.copy_(host.labels, kNonBlocking);
  });
  lane_->await(current_);
  return slot;
}

void BatchSlots::make_room(data::Batch& slot, const data::Batch& like, std::size_t index) {
  if (slot.images.defined() && slot.images.sizes() == like.images.sizes()) return;
  slot.images = at::empty_like(like.images, like.images.options().device(device_).pinned_memory(false));
  slot.labels = at::empty_like(like.labels, like.labels.options().device(device_).pinned_memory(false));
  // The memory may be that of a tensor which computations in the queue still use.
  lane_->release(index);
}

}  // namespace scalemark::train
