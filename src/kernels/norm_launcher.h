#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "kernels/norm_stages.h"

namespace scalemark::kernels {

/// Runs the stages of batch norm on one kind of device, each after the one before it.
class NormLauncher {
 public:
  virtual ~NormLauncher() = default;

  /// @param dtype  of the maps: float32, bfloat16 or float16.
  virtual void run(NormStage stage, c10::ScalarType dtype, NormTail tail, const NormPass& pass,
                   const NormGrid& grid) const = 0;

  virtual c10::DeviceType device_type() const = 0;
};

}  // namespace scalemark::kernels
