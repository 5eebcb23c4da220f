#include "nn/fused_norm.h"

#include <ATen/ops/empty_like.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace scalemark::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor in_layout_of(const at::Tensor& x, const at::Tensor& gradient) {
  if (gradient.strides() == x.strides()) return gradient;
  return at::empty_like(x, gradient.options()).copy_(gradient);
}

class FusedNorm : public torch::autograd::Function<FusedNorm> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const std::optional<at::Tensor>& residual,
                            const at::Tensor& weight, const at::Tensor& bias, NormTail tail, double epsilon,
                            const RunningStatistics& running) {
    RECORD_FUNCTION("scalemark::fused_norm", c10::ArrayRef<const c10::IValue>{});  // in traces
    NormResult result = norm_kernels(x.device().type())
                            ->train({x, residual.value_or(at::Tensor()), weight, bias, tail}, epsilon, running);
    context->saved_data["tail"] = static_cast<std::int64_t>(tail);
    context->save_for_backward({x, tail == NormTail::kAddRelu ? result.y : at::Tensor(), weight, bias,
                                result.moments.mean, result.moments.inverse_deviation});
    return result.y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    RECORD_FUNCTION("scalemark::fused_norm_backward", c10::ArrayRef<const c10::IValue>{});
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const auto tail = static_cast<NormTail>(context->saved_data["tail"].toInt());
    NormGradients found = norm_kernels(x.device().type())
                              ->backward({x, saved[1], saved[2], saved[3], {saved[4], saved[5]}, tail},
                                         in_layout_of(x, output_gradients.front()));
    // In the order of forward's arguments; the last three are no tensors.
    return {found.x, found.residual, found.weight, found.bias, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

bool fused_norm_covers(const NormInput& input) {
  const NormKernels* kernels = norm_kernels(input.x.device().type());
  return kernels != nullptr && input.x.dim() >= 2 && input.x.numel() > input.x.size(1) && kernels->cover(input);
}

at::Tensor fused_norm(const NormInput& input, double epsilon, const RunningStatistics& running) {
  // Autograd takes a tensor that may be missing as an optional one.
  const auto residual = input.residual.defined() ? std::optional(input.residual) : std::nullopt;
  return FusedNorm::apply(input.x, residual, input.weight, input.bias, input.tail, epsilon, running);
}

}  // namespace scalemark::nn
