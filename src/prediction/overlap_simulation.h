#pragma once

#include <functional>
#include <vector>

namespace scalemark::prediction {

/// A gradient bucket of a training step.
struct BucketSchedule {
  double bytes = 0;
  double ready_seconds = 0;  ///< since the start of backward: when its last gradient is there
};

/// A rank's step without communication, and when its buckets are full.
struct ComputeSchedule {
  double before_backward_seconds = 0;  ///< load, transfer, forward
  double backward_seconds = 0;
  double after_backward_seconds = 0;    ///< optimizer
  std::vector<BucketSchedule> buckets;  ///< in the order of reduction

  double step_seconds() const { return before_backward_seconds + backward_seconds + after_backward_seconds; }

  /// The same schedule at another speed.
  ComputeSchedule scaled(double factor) const;
};

struct SimulatedStep {
  double step_seconds = 0;
  double communication_seconds = 0;  ///< all buckets, one after the other
  double exposed_seconds = 0;        ///< what backward does not hide
};

/// Reduces bucket after bucket, each as soon as it is full and the one before is done, while backward goes on; the
/// optimizer waits for the last.
SimulatedStep simulate_step(const ComputeSchedule& compute, const std::function<double(double)>& all_reduce_seconds);

}  // namespace scalemark::prediction
