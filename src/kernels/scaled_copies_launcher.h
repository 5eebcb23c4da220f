#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "kernels/scaled_copies_stages.h"

namespace scalemark::kernels {

/// Runs a list of copies in one launch on one kind of device.
class ScaledCopiesLauncher {
 public:
  virtual ~ScaledCopiesLauncher() = default;

  /// @param from, to  each float32, bfloat16 or float16.
  virtual void run(c10::ScalarType from, c10::ScalarType to, const ScaledCopiesPass& pass) const = 0;

  virtual c10::DeviceType device_type() const = 0;
};

/// nullptr in a build without CUDA.
const ScaledCopiesLauncher* cuda_scaled_copies_launcher();

}  // namespace scalemark::kernels
