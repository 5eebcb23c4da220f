#pragma once

namespace scalemark::train {

/// When gradients are averaged over ranks.
enum class Reduction {
  kNone,           ///< never: each rank trains alone (on gradients that are scaled for the mean)
  kOverlapped,     ///< while backward goes on
  kAfterBackward,  ///< in a phase of its own
};

}  // namespace scalemark::train
