#pragma once

#include <array>

#include "results/quantities.h"
#include "results/records.h"

namespace scalemark::results {

/// A data set that an arm may have beside its step_seconds, of the same shape.
struct StepSeries {
  const char* name;
  StepsByArm CaseRecord::*by_arm;
  Quantity quantity;
};

inline const std::array<StepSeries, 2>& step_series() {
  static const std::array<StepSeries, 2> series{{
      {"input_wait_seconds",
       &CaseRecord::input_wait_seconds,
       {"s", "time from the start of the step until its batch was there"}},
      {"backward_end_seconds",
       &CaseRecord::backward_end_seconds,
       {"s", "time from the start of the step until its last backward had ended"}},
  }};
  return series;
}

}  // namespace scalemark::results
