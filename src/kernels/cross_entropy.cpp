#include "kernels/cross_entropy.h"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cross_entropy_launcher.h"

namespace scalemark::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kMostRows = std::int64_t{65'535} * kLossRows;  // blocks along a grid's second axis

CrossEntropyPass pass_of(const at::Tensor& logits, const at::Tensor& labels, const at::Tensor& sums, double weight) {
  CrossEntropyPass pass;
  pass.rows = logits.size(0);
  pass.classes = logits.size(1);
  pass.logits = logits.const_data_ptr();
  pass.labels = labels.const_data_ptr<std::int64_t>();
  pass.sums = reinterpret_cast<ExponentSum*>(sums.mutable_data_ptr<float>());
  pass.weight = static_cast<float>(weight);
  return pass;
}

class FusedCrossEntropy : public torch::autograd::Function<FusedCrossEntropy> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& logits, const at::Tensor& labels, double weight,
                            const CrossEntropyLauncher* launcher) {
    RECORD_FUNCTION("scalemark::cross_entropy", c10::ArrayRef<const c10::IValue>{});  // in traces
    const at::Tensor losses = at::empty({logits.size(0)}, logits.options().dtype(at::kFloat).requires_grad(false));
    const at::Tensor sums = at::empty({logits.size(0), 2}, losses.options());
    CrossEntropyPass pass = pass_of(logits, labels, sums, weight);
    pass.losses = losses.mutable_data_ptr<float>();
    launcher->run(CrossEntropyStage::kLosses, logits.scalar_type(), pass);
    context->save_for_backward({logits, labels, sums});
    context->saved_data["weight"] = weight;
    // One of those that live as long as the program; autograd keeps no pointers.
    context->saved_data["launcher"] = reinterpret_cast<std::int64_t>(launcher);
    return losses.sum();
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    RECORD_FUNCTION("scalemark::cross_entropy_backward", c10::ArrayRef<const c10::IValue>{});
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& logits = saved[0];
    const auto* launcher = reinterpret_cast<const CrossEntropyLauncher*>(context->saved_data["launcher"].toInt());
    at::Tensor gradient = at::empty_like(logits);
    CrossEntropyPass pass = pass_of(logits, saved[1], saved[2], context->saved_data["weight"].toDouble());
    pass.loss_gradient = output_gradients.front().const_data_ptr<float>();
    pass.gradient = gradient.mutable_data_ptr();
    launcher->run(CrossEntropyStage::kGradient, logits.scalar_type(), pass);
    return {gradient, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

bool covers(const at::Tensor& logits, const at::Tensor& labels) {
  const at::ScalarType dtype = logits.scalar_type();
  return (dtype == at::kFloat || at::isReducedFloatingType(dtype)) && logits.dim() == 2 && logits.is_contiguous() &&
         logits.size(0) <= kMostRows && labels.scalar_type() == at::kLong && labels.is_contiguous();
}

}  // namespace

at::Tensor cross_entropy_by(const CrossEntropyLauncher& launcher, const at::Tensor& logits, const at::Tensor& labels,
                            int parts) {
  const double weight = 1.0 / (static_cast<double>(logits.size(0)) * parts);
  return FusedCrossEntropy::apply(logits, labels, weight, &launcher);
}

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, int parts, bool fused) {
  const CrossEntropyLauncher* launcher = logits.is_cuda() ? cuda_cross_entropy_launcher() : nullptr;
  if (fused && launcher != nullptr && covers(logits, labels)) return cross_entropy_by(*launcher, logits, labels, parts);
  const at::Tensor wide = at::isReducedFloatingType(logits.scalar_type()) ? logits.to(at::kFloat) : logits;
  const at::Tensor loss = at::cross_entropy_loss(wide, labels);
  return parts == 1 ? loss : loss.div(parts);
}

}  // namespace scalemark::kernels
