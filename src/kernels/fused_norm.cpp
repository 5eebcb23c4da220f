#include "kernels/fused_norm.h"

#include <ATen/ops/empty_like.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

#include "kernels/rank_moments.h"

namespace scalemark::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor in_layout_of(const at::Tensor& map, const at::Tensor& gradient) {
  if (gradient.strides() == map.strides()) return gradient;
  return at::empty_like(map, gradient.options()).copy_(gradient);
}

struct ScopeCapsule : torch::CustomClassHolder {
  explicit ScopeCapsule(const NormScope& of) : scope(of) {}
  NormScope scope;
};

// Most norms are of this batch alone, and keep nothing.
void keep(AutogradContext* context, const NormScope& scope) {
  if (scope.ranks != nullptr)
    context->saved_data["scope"] = c10::IValue::make_capsule(c10::make_intrusive<ScopeCapsule>(scope));
}

NormScope kept_scope(const AutogradContext* context) {
  const auto found = context->saved_data.find("scope");
  if (found == context->saved_data.end()) return {};
  return c10::static_intrusive_pointer_cast<ScopeCapsule>(found->second.toCapsule())->scope;
}

const NormKernels& kernels_of(const NormScope& scope, const at::Tensor& x) {
  return scope.kernels != nullptr ? *scope.kernels : *norm_kernels(x.device().type());
}

/// Without ranks the count is not defined: backward knows it.
RankMoments moments_in(const NormKernels& kernels, const NormInput& input, double epsilon,
                       const RunningStatistics& running, NormRanks* ranks) {
  if (ranks == nullptr) return {kernels.moments(input, epsilon, running), {}};
  return moments_over_ranks(kernels, input, epsilon, running, *ranks);
}

/// With the means over ranks, where there are some.
NormSaved with_means(NormSaved saved, const at::Tensor& count, NormRanks* ranks) {
  if (ranks != nullptr) {
    saved.means = [count, ranks](const at::Tensor& gradient, const at::Tensor& product) {
      return gradient_means_over_ranks(gradient, product, count, *ranks);
    };
  }
  return saved;
}

class FusedNorm : public torch::autograd::Function<FusedNorm> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& x, const std::optional<at::Tensor>& residual,
                               const at::Tensor& weight, const at::Tensor& bias, NormTail tail, bool forks,
                               double epsilon, const RunningStatistics& running, const NormScope& scope) {
    RECORD_FUNCTION("scalemark::fused_norm", c10::ArrayRef<const c10::IValue>{});  // in traces
    const NormInput input{x, residual.value_or(at::Tensor()), weight, bias, tail};
    const NormKernels& kernels = kernels_of(scope, x);
    const auto [moments, count] = moments_in(kernels, input, epsilon, running, scope.ranks);
    const at::Tensor y = kernels.evaluate(input, moments);
    context->saved_data["tail"] = static_cast<std::int64_t>(tail);
    keep(context, scope);
    context->save_for_backward({x, tail == NormTail::kAddRelu ? y : at::Tensor(), weight, bias, moments.mean,
                                moments.inverse_deviation, count});
    if (!forks) return {y};
    context->set_materialize_grads(false);
    return {y, y.variable_data()};
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
    const NormScope scope = kept_scope(context);
    const NormSaved all =
        with_means({x, saved[1], saved[2], saved[3], {saved[4], saved[5]}, tail}, saved[6], scope.ranks);
    const NormGradients found = kernels_of(scope, x).backward(all, gradients[0], gradients[1]);
    // In the order of forward's arguments; the last five are no tensors.
    const at::Tensor none;
    return {found.x, found.residual, found.weight, found.bias, none, none, none, none, none};
  }
};

class PooledNormNode : public torch::autograd::Function<PooledNormNode> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, double epsilon, const RunningStatistics& running,
                            const NormScope& scope) {
    RECORD_FUNCTION("scalemark::pooled_norm", c10::ArrayRef<const c10::IValue>{});
    const NormKernels& kernels = *norm_kernels(x.device().type());
    const NormInput input{x, {}, weight, bias, NormTail::kRelu};
    const auto [moments, count] = moments_in(kernels, input, epsilon, running, scope.ranks);
    const PooledNorm pooled = kernels.pool(input, moments);
    keep(context, scope);
    context->save_for_backward({x, weight, bias, moments.mean, moments.inverse_deviation, pooled.place, count});
    return pooled.y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    RECORD_FUNCTION("scalemark::pooled_norm_backward", c10::ArrayRef<const c10::IValue>{});
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& place = saved[5];
    const NormKernels& kernels = *norm_kernels(x.device().type());
    const at::Tensor gradient = kernels.unpool(x, place, in_layout_of(place, output_gradients.front()));
    const NormSaved all = with_means({x, {}, saved[1], saved[2], {saved[3], saved[4]}, NormTail::kRelu}, saved[6],
                                     kept_scope(context).ranks);
    const NormGradients found = kernels.backward(all, gradient, /*other=*/{});
    return {found.x, found.weight, found.bias, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

/// Whether there is anything to take moments of.
bool has_moments(const at::Tensor& x) { return x.dim() >= 2 && x.numel() > x.size(1); }

}  // namespace

bool fused_norm_covers(const NormInput& input) {
  const NormKernels* kernels = norm_kernels(input.x.device().type());
  return kernels != nullptr && has_moments(input.x) && kernels->cover(input);
}

at::Tensor fused_norm(const NormInput& input, double epsilon, const RunningStatistics& running,
                      const NormScope& scope) {
  // Autograd takes a tensor that may be missing as an optional one.
  const auto residual = input.residual.defined() ? std::optional(input.residual) : std::nullopt;
  return FusedNorm::apply(input.x, residual, input.weight, input.bias, input.tail, /*forks=*/false, epsilon, running,
                          scope)[0];
}

Fork forked_norm(const NormInput& input, double epsilon, const RunningStatistics& running, const NormScope& scope) {
  const auto outputs = FusedNorm::apply(input.x, std::optional(input.residual), input.weight, input.bias,
                                        NormTail::kAddRelu, /*forks=*/true, epsilon, running, scope);
  return {outputs[0], outputs[1]};
}

bool pooled_norm_covers(const NormInput& input) {
  const NormKernels* kernels = norm_kernels(input.x.device().type());
  return kernels != nullptr && has_moments(input.x) && kernels->cover_pool(input);
}

at::Tensor pooled_norm(const NormInput& input, double epsilon, const RunningStatistics& running, NormRanks* ranks) {
  return PooledNormNode::apply(input.x, input.weight, input.bias, epsilon, running, NormScope{ranks});
}

}  // namespace scalemark::kernels
