#include "train/fault_observer.h"

#include <algorithm>
#include <limits>

#include "core/arms.h"

namespace scalemark::train {
namespace {

const char* fault_place(Place place) {
  switch (place) {
    case Place::kOptimizerState:
      return "optimizer_state";
    case Place::kConnected:
      return "connect";
    case Place::kInput:
      return "input";
    case Place::kEvaluation:
      return "evaluate";
    case Place::kRecording:
      return "record";
  }
  return "";
}

}  // namespace

// The labelled pass, which reduces after backward, is no arm of a config.
void FaultObserver::begin_arm(const std::string& name) {
  inner_.begin_arm(name);
  reduces_beside_backward_ =
      std::ranges::any_of(kArms, [&](const ArmSteps& arm) { return arm.name == name && arm.computes && arm.reduces; });
}

void FaultObserver::begin(measure::Phase phase) {
  inner_.begin(phase);
  faults_.at(measure::kPhaseNames[static_cast<std::size_t>(phase)]);
}

void FaultObserver::bucket_ready(std::size_t bucket) {
  inner_.bucket_ready(bucket);
  faults_.at("bucket");
  // Buckets are reduced in their order: the first one is on its way once another is full.
  if (reduces_beside_backward_ && bucket > 0) faults_.at("overlap");
}

void FaultObserver::loss_ready(const at::Tensor& loss) {
  inner_.loss_ready(loss);
  if (faults_.at("loss") == FaultEffect::kNan) loss.fill_(std::numeric_limits<double>::quiet_NaN());
}

void FaultObserver::reach(Place place) {
  inner_.reach(place);
  faults_.at(fault_place(place));
}

}  // namespace scalemark::train
