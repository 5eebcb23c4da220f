#pragma once

#include "kernels/norm_kernels.h"

namespace scalemark::kernels {

/// Batch norm by LibTorch's operators: takes any map of four dimensions on any device, in more passes over it. For what
/// the kernels of a device do not cover and LibTorch's own batch norm cannot do: moments that are not the batch's.
const NormKernels& norm_kernels_by_operators();

}  // namespace scalemark::kernels
