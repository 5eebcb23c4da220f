#pragma once

#include <cstddef>
#include <functional>

namespace scalemark::train {

/// How many destinations a CopyLane copies to in turn.
inline constexpr std::size_t kCopySlots = 2;

/// A queue of copies to the device beside the queue of its computations. The host waits for neither: only what is said
/// here orders them.
class CopyLane {
 public:
  virtual ~CopyLane() = default;

  /// Queues `copy`, which writes to `slot`, behind the computations that the last release(slot) saw.
  virtual void fill(std::size_t slot, const std::function<void()>& copy) = 0;

  /// Computations queued from now on come after the last fill(slot).
  virtual void await(std::size_t slot) = 0;

  /// The computations queued so far are the last that use `slot`.
  virtual void release(std::size_t slot) = 0;
};

}  // namespace scalemark::train
