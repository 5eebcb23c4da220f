#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "config/experiment.h"

namespace scalemark::train {

/// The dtype of parameters and gradients.
at::ScalarType parameter_dtype(config::Precision precision);

/// The dtype in which the loader delivers images: what the first convolution computes in.
at::ScalarType input_dtype(config::Precision precision);

/// Mixed precision for the forward pass of one step, and nothing outside it.
class AutocastScope {
 public:
  AutocastScope(const c10::Device& device, config::Precision precision);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  c10::DeviceType device_type_;
  bool active_;
};

/// TF32 and cuDNN's choice of algorithms, process-wide, as a case asks for them.
void set_math_mode(config::Precision precision, bool cudnn_benchmark);

}  // namespace scalemark::train
