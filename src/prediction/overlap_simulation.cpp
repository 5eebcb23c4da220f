#include "prediction/overlap_simulation.h"

#include <algorithm>

namespace scalemark::prediction {

ComputeSchedule ComputeSchedule::scaled(double factor) const {
  ComputeSchedule result{before_backward_seconds * factor, backward_seconds * factor, after_backward_seconds * factor,
                         buckets};
  for (auto& bucket : result.buckets) bucket.ready_seconds *= factor;
  return result;
}

SimulatedStep simulate_step(const ComputeSchedule& compute, const std::function<double(double)>& all_reduce_seconds) {
  SimulatedStep result;
  double network_free = 0;
  for (const auto& bucket : compute.buckets) {
    const double seconds = all_reduce_seconds(bucket.bytes);
    network_free = std::max(network_free, bucket.ready_seconds) + seconds;
    result.communication_seconds += seconds;
  }
  result.exposed_seconds = std::max(0.0, network_free - compute.backward_seconds);
  result.step_seconds = compute.step_seconds() + result.exposed_seconds;
  return result;
}

}  // namespace scalemark::prediction
