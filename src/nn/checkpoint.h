#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace scalemark::nn {

/// A part of a network: one tensor to one tensor.
struct Segment {
  std::function<at::Tensor(const at::Tensor&)> forward;  ///< keeps alive what it computes with
  std::vector<at::Tensor> parameters;                    ///< all that `forward` has a gradient for beside its input
};

/// segment.forward(x), of whose activations nothing is kept but x: backward computes them again (Chen et al. 2016,
/// "Training deep nets with sublinear memory cost"). Each parameter's gradient is ready once per backward, when
/// backward has passed the segment.
at::Tensor checkpointed(const Segment& segment, const at::Tensor& x);

}  // namespace scalemark::nn
