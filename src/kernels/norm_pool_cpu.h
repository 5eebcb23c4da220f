#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/norm_kernels.h"
#include "kernels/norm_loops.h"

namespace scalemark::kernels {

/// NormKernels::pool() of a channels_last map, from norm(x) = scale * x + shift by channel.
template <typename Value>
PooledNorm pool_on_cpu(const at::Tensor& x, const Wide<Value>* scale, const Wide<Value>* shift);

/// NormKernels::unpool().
template <typename Value>
at::Tensor unpool_on_cpu(const at::Tensor& x, const at::Tensor& place, const at::Tensor& gradient);

}  // namespace scalemark::kernels
