#pragma once

#include <string>

#include "core/activity.h"
#include "train/case_observer.h"

namespace scalemark::train {

/// Writes down what the rank is doing, for the rank monitor.
class ActivityObserver : public CaseObserver {
 public:
  explicit ActivityObserver(Activity& activity) : activity_(activity) {}

  void begin_arm(const std::string& name) override { activity_.begin_arm(name); }
  void begin_step() override { activity_.begin_step(); }
  void begin(measure::Phase phase) override {
    activity_.begin_phase(measure::kPhaseNames[static_cast<std::size_t>(phase)]);
  }
  void begin_replay() override { activity_.begin_phase("replay"); }

 private:
  Activity& activity_;
};

}  // namespace scalemark::train
