#include "nn/checkpoint.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>

#include "nn/forward_state.h"

namespace scalemark::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Recomputed : torch::CustomClassHolder {
  Recomputed(const Segment& of, const c10::Device& device) : segment(of), state(device) {}

  const Segment segment;
  const ForwardState state;
};

class Checkpoint : public torch::autograd::Function<Checkpoint> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, at::TensorList /*parameters*/,
                            const Segment& segment) {
    context->save_for_backward({x});
    context->saved_data["recomputed"] = c10::IValue::make_capsule(c10::make_intrusive<Recomputed>(segment, x.device()));
    return segment.forward(x);
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    const auto recomputed =
        c10::static_intrusive_pointer_cast<Recomputed>(context->saved_data["recomputed"].toCapsule());
    const at::Tensor saved = context->get_saved_variables().front();
    const at::Tensor x = saved.detach().requires_grad_(saved.requires_grad());
    at::Tensor output;
    {
      const ForwardState::Replay replay(recomputed->state);
      const at::AutoGradMode with_gradients(true);
      output = recomputed->segment.forward(x);
    }
    return gradients(output, output_gradients.front(), x, recomputed->segment.parameters);
  }

 private:
  // In the order of forward's arguments; undefined where there is none.
  static variable_list gradients(const at::Tensor& output, const at::Tensor& output_gradient, const at::Tensor& x,
                                 const std::vector<at::Tensor>& parameters) {
    variable_list wanted = parameters;
    if (x.requires_grad()) wanted.insert(wanted.begin(), x);
    variable_list found = torch::autograd::grad({output}, wanted, {output_gradient});
    if (!x.requires_grad()) found.insert(found.begin(), at::Tensor());
    found.emplace_back();  // of the segment
    return found;
  }
};

}  // namespace

at::Tensor checkpointed(const Segment& segment, const at::Tensor& x) {
  return Checkpoint::apply(x, at::TensorList(segment.parameters), segment);
}

}  // namespace scalemark::nn
