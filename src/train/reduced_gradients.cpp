#include "train/reduced_gradients.h"

#include <utility>

namespace scalemark::train {
namespace {

std::vector<comm::NamedParameter> named_parameters(const nn::Network& network, const MasterWeights& weights) {
  std::vector<comm::NamedParameter> parameters;
  for (const auto& parameter : network.named_parameters()) {
    const std::size_t index = parameters.size();
    parameters.push_back({parameter.key(), weights.masters()[index], weights.working()[index]});
  }
  return parameters;
}

}  // namespace

ReducedGradients::ReducedGradients(const nn::Network& network, const MasterWeights& weights, GradientHooks& hooks,
                                   const std::vector<std::size_t>& ready_order, comm::Communicator& communicator,
                                   const comm::BucketLayout& layout)
    : hooks_(hooks), reducer_(named_parameters(network, weights), ready_order, communicator, layout) {}

// Without reduction the buckets are filled all the same: the arms then differ in communication alone, and in no memory.
void ReducedGradients::begin(Reduction reduction) {
  using Schedule = comm::GradientReducer::Schedule;
  reduction_ = reduction;
  reducer_.begin(reduction == Reduction::kOverlapped ? Schedule::kOverlapped : Schedule::kAfterBackward);
}

void ReducedGradients::collect(const std::function<void()>& backward, measure::StepObserver& observer) {
  reducer_.set_bucket_ready_callback([&observer](std::size_t bucket) { observer.bucket_ready(bucket); });
  hooks_.call_during(backward, [this](std::size_t parameter) { reducer_.add(parameter); });
}

void ReducedGradients::finish() {
  if (reduction_ != Reduction::kNone) reducer_.finalize();
}

}  // namespace scalemark::train
