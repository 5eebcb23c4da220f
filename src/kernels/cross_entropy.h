#pragma once

#include <ATen/core/Tensor.h>

namespace scalemark::kernels {

class CrossEntropyLauncher;

/// The batch's mean of -log(softmax(logits)[label]), as one of `parts` of a larger batch: divided by their number.
/// @param logits  [batch, classes]
/// @param labels  int64 [batch]
/// @param fused   by two kernels forward and one backward, where the device has them and they take these logits;
///                else by LibTorch's operators
/// @returns fp32; fp64 for logits of fp64
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, int parts, bool fused);

/// The fused one of a launcher. @param logits  contiguous float32, bfloat16 or float16
at::Tensor cross_entropy_by(const CrossEntropyLauncher& launcher, const at::Tensor& logits, const at::Tensor& labels,
                            int parts);

}  // namespace scalemark::kernels
