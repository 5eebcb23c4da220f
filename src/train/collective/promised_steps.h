#pragma once

#include <cstdint>

#include "train/reduction.h"

namespace scalemark::train {

/// Steps that the other ranks still count on: what a rank takes part in if its own steps fail.
struct PromisedSteps {
  std::int64_t count = 0;
  Reduction reduction = Reduction::kNone;
};

}  // namespace scalemark::train
