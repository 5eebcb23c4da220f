#pragma once

#include <string>

#include "measure/phase_recorder.h"

namespace scalemark::train {

/// Where a rank comes outside of its steps.
enum class Place {
  kOptimizerState,  ///< the optimizer's state has been made
  kConnected,       ///< the ranks have agreed on the parameters
  kInput,           ///< a batch is about to be taken from the loader
  kEvaluation,      ///< it is about to begin
  kRecording,       ///< a step's graph is about to be recorded
};

/// Sees a case go by on one rank: its arms, their steps and what lies between. The base class looks at nothing.
class CaseObserver : public measure::StepObserver {
 public:
  virtual void begin_arm(const std::string&) {}
  virtual void reach(Place) {}
};

}  // namespace scalemark::train
