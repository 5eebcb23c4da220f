#include "train/precision.h"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>

namespace scalemark::train {

using config::Precision;

at::ScalarType parameter_dtype(Precision precision) { return precision == Precision::kFp64 ? at::kDouble : at::kFloat; }

at::ScalarType input_dtype(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
      return at::kBFloat16;
    case Precision::kFp16:
      return at::kHalf;
    default:
      return parameter_dtype(precision);
  }
}

AutocastScope::AutocastScope(const c10::Device& device, Precision precision)
    : device_type_(device.type()), active_(input_dtype(precision) != parameter_dtype(precision)) {
  if (!active_) return;
  at::autocast::increment_nesting();
  at::autocast::set_autocast_dtype(device_type_, input_dtype(precision));
  at::autocast::set_autocast_enabled(device_type_, true);
}

AutocastScope::~AutocastScope() {
  if (!active_) return;
  at::autocast::set_autocast_enabled(device_type_, false);
  // The outermost scope drops the casted weights: the optimizer is about to change them.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
}

void set_math_mode(Precision precision, bool cudnn_benchmark) {
  auto& context = at::globalContext();
  context.setAllowTF32CuBLAS(precision == Precision::kTf32);
  context.setAllowTF32CuDNN(precision == Precision::kTf32);
  context.setBenchmarkCuDNN(cudnn_benchmark);
}

}  // namespace scalemark::train
