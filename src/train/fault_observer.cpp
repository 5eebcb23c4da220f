#include "train/fault_observer.h"

#include <limits>

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
  }
  return "";
}

}  // namespace

void FaultObserver::begin(measure::Phase phase) {
  inner_.begin(phase);
  faults_.at(measure::kPhaseNames[static_cast<std::size_t>(phase)]);
}

void FaultObserver::bucket_ready(std::size_t bucket) {
  inner_.bucket_ready(bucket);
  faults_.at("bucket");
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
