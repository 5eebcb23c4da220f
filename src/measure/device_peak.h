#pragma once

#include <ATen/core/Tensor.h>

namespace scalemark::measure {

/// The best that a device does with plain operations of LibTorch: what a network's speed is a fraction of.
/// @returns floating-point operations per second of the fastest of some square matrix products of this type, a
/// multiplication and an addition counted as two. For TF32 set the mode first.
double peak_flops_per_second(const c10::Device& device, at::ScalarType dtype);

/// Bytes per second, read and written together, of a copy from the device's memory to the device's memory that no
/// cache holds.
double peak_bytes_per_second(const c10::Device& device);

}  // namespace scalemark::measure
