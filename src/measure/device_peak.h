#pragma once

#include <ATen/core/Tensor.h>

#include "core/nan.h"

namespace scalemark::measure {

/// What a device does in large square matrix products, in floating-point operations per second: a multiplication and an
/// addition count as two.
struct ProductRates {
  double fastest = kNaN;    ///< the fastest of three products of ones
  double sustained = kNaN;  ///< the mean of products of normal random numbers in a row, for a second on a GPU
};

/// The best that a device does with plain operations of LibTorch: what a network's speed is a fraction of. The sizes
/// are tried with ones, which switch few transistors; random numbers draw more power, and a GPU lowers its clocks by
/// it. For TF32 set the mode first.
ProductRates product_flops_per_second(const c10::Device& device, at::ScalarType dtype);

/// Bytes per second, read and written together, of a copy from the device's memory to the device's memory that no
/// cache holds.
double peak_bytes_per_second(const c10::Device& device);

}  // namespace scalemark::measure
