#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <memory>

#include "data/loader/batch.h"
#include "train/copy_lane.h"

namespace scalemark::train {

/// Brings batches to the device, each into the memory of the last but one: while the device computes with one, the
/// next is copied. The host, which waits for nothing, is ahead of the device by itself.
class BatchSlots {
 public:
  BatchSlots(const at::Device& device, std::unique_ptr<CopyLane> lane);

  /// The batch on the device, to be used by computations queued until the next take().
  /// @param host  of pinned memory, or the host waits for the copy.
  data::Batch take(const data::Batch& host);

 private:
  void make_room(data::Batch& slot, const data::Batch& like, std::size_t index);

  at::Device device_;
  std::unique_ptr<CopyLane> lane_;
  std::array<data::Batch, kCopySlots> slots_;
  std::size_t current_ = 0;
  bool taken_ = false;
};

}  // namespace scalemark::train
