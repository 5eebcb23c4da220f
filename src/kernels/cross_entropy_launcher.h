#pragma once

#include <c10/core/ScalarType.h>

#include "kernels/cross_entropy_stages.h"

namespace scalemark::kernels {

/// Runs the two passes of the loss on one kind of device.
class CrossEntropyLauncher {
 public:
  virtual ~CrossEntropyLauncher() = default;

  /// @param dtype  of the logits: float32, bfloat16 or float16.
  virtual void run(CrossEntropyStage stage, c10::ScalarType dtype, const CrossEntropyPass& pass) const = 0;
};

/// nullptr in a build without CUDA.
const CrossEntropyLauncher* cuda_cross_entropy_launcher();

}  // namespace scalemark::kernels
