#pragma once

#include <cstddef>
#include <vector>

#include "kernels/kernel_shape.h"

namespace scalemark::nn {

/// In which order the threads of a block are run. Whatever depends on it would be a race on a GPU.
enum class ThreadOrder { kForward, kBackward };

/// A block of threads, one after the other on the host.
class EmulatedBlock {
 public:
  EmulatedBlock(int x, int y, const kernels::KernelShape& shape, ThreadOrder order)
      : column_group(x),
        row_block(y),
        shape_(shape),
        order_(order),
        memory_(static_cast<std::size_t>(shape.shared_bytes) / sizeof(std::max_align_t) + 1) {}

  int column_group;
  int row_block;

  template <typename Slot>
  Slot* shared() {
    return reinterpret_cast<Slot*>(memory_.data());
  }

  template <typename Function>
  void each_thread(Function&& function) {
    const int threads = shape_.threads_x * shape_.threads_y;
    for (int i = 0; i < threads; ++i) {
      const int thread = order_ == ThreadOrder::kForward ? i : threads - 1 - i;
      function(thread % shape_.threads_x, thread / shape_.threads_x);
    }
  }

 private:
  kernels::KernelShape shape_;
  ThreadOrder order_;
  std::vector<std::max_align_t> memory_;
};

}  // namespace scalemark::nn
