#include "kernels/fused_norm.h"

#include <ATen/ops/empty_like.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace scalemark::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor in_layout_of(const at::Tensor& map, const at::Tensor& gradient) {
  if (gradient.strides() == map.strides()) return gradient;
  return at::empty_like(map, gradient.options()).copy_(gradient);
}

class FusedNorm : public torch::autograd::Function<FusedNorm> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& x, const std::optional<at::Tensor>& residual,
                               const at::Tensor& weight, const at::Tensor& bias, NormTail tail, bool forks,
                               double epsilon, const RunningStatistics& running) {
    RECORD_FUNCTION("scalemark::fused_norm", c10::ArrayRef<const c10::IValue>{});  // in traces
    NormResult result = norm_kernels(x.device().type())
                            ->train({x, residual.value_or(at::Tensor()), weight, bias, tail}, epsilon, running);
    context->saved_data["tail"] = static_cast<std::int64_t>(tail);
    context->save_for_backward({x, tail == NormTail::kAddRelu ? result.y : at::Tensor(), weight, bias,
                                result.moments.mean, result.moments.inverse_deviation});
    if (!forks) return {result.y};
    context->set_materialize_grads(false);
    return {result.y, result.y.variable_data()};
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    RECORD_FUNCTION("scalemark::fused_norm_backward", c10::ArrayRef<const c10::IValue>{});
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const auto tail = static_cast<NormTail>(context->saved_data["tail"].toInt());
    // One of two readers may have had no part in the loss.
    variable_list gradients;
    for (const at::Tensor& gradient : output_gradients) {
      if (gradient.defined()) gradients.push_back(in_layout_of(x, gradient));
    }
    gradients.resize(2);
    NormGradients found =
        norm_kernels(x.device().type())
            ->backward({x, saved[1], saved[2], saved[3], {saved[4], saved[5]}, tail}, gradients[0], gradients[1]);
    // In the order of forward's arguments; the last four are no tensors.
    return {found.x, found.residual, found.weight, found.bias, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

class PooledNormNode : public torch::autograd::Function<PooledNormNode> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, double epsilon, const RunningStatistics& running) {
    RECORD_FUNCTION("scalemark::pooled_norm", c10::ArrayRef<const c10::IValue>{});
    const NormKernels& kernels = *norm_kernels(x.device().type());
    const NormInput input{x, {}, weight, bias, NormTail::kRelu};
    const NormMoments moments = kernels.moments(input, epsilon, running);
    const PooledNorm pooled = kernels.pool(input, moments);
    context->save_for_backward({x, weight, bias, moments.mean, moments.inverse_deviation, pooled.place});
    return pooled.y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    RECORD_FUNCTION("scalemark::pooled_norm_backward", c10::ArrayRef<const c10::IValue>{});
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& place = saved[5];
    const NormKernels& kernels = *norm_kernels(x.device().type());
    const at::Tensor gradient = kernels.unpool(x, place, in_layout_of(place, output_gradients.front()));
    const NormGradients found =
        kernels.backward({x, {}, saved[1], saved[2], {saved[3], saved[4]}, NormTail::kRelu}, gradient, /*other=*/{});
    return {found.x, found.weight, found.bias, at::Tensor(), at::Tensor()};
  }
};

/// Whether there is anything to take moments of.
bool has_moments(const at::Tensor& x) { return x.dim() >= 2 && x.numel() > x.size(1); }

}  // namespace

bool fused_norm_covers(const NormInput& input) {
  const NormKernels* kernels = norm_kernels(input.x.device().type());
  return kernels != nullptr && has_moments(input.x) && kernels->cover(input);
}

at::Tensor fused_norm(const NormInput& input, double epsilon, const RunningStatistics& running) {
  // Autograd takes a tensor that may be missing as an optional one.
  const auto residual = input.residual.defined() ? std::optional(input.residual) : std::nullopt;
  return FusedNorm::apply(input.x, residual, input.weight, input.bias, input.tail, /*forks=*/false, epsilon,
                          running)[0];
}

Fork forked_norm(const NormInput& input, double epsilon, const RunningStatistics& running) {
  const auto outputs = FusedNorm::apply(input.x, std::optional(input.residual), input.weight, input.bias,
                                        NormTail::kAddRelu, /*forks=*/true, epsilon, running);
  return {outputs[0], outputs[1]};
}

bool pooled_norm_covers(const NormInput& input) {
  const NormKernels* kernels = norm_kernels(input.x.device().type());
  return kernels != nullptr && has_moments(input.x) && kernels->cover_pool(input);
}

at::Tensor pooled_norm(const NormInput& input, double epsilon, const RunningStatistics& running) {
  return PooledNormNode::apply(input.x, input.weight, input.bias, epsilon, running);
}

}  // namespace scalemark::kernels
