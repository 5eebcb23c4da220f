#include "nn/reversible_chain.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "nn/forward_state.h"

namespace scalemark::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Where backward stands: the output of the unit that it comes to next. One for all units of a chain.
struct Trail : torch::CustomClassHolder {
  Halves output;
  const ReversibleUnit* next = nullptr;
};

struct Step : torch::CustomClassHolder {
  Step(std::shared_ptr<ReversibleUnit> of_unit, const ReversibleUnit* unit_before, c10::intrusive_ptr<Trail> of_trail,
       const c10::Device& device)
      : unit(std::move(of_unit)), before(unit_before), trail(std::move(of_trail)), state(device) {}

  const std::shared_ptr<ReversibleUnit> unit;
  const ReversibleUnit* const before;  // nullptr for the first
  const c10::intrusive_ptr<Trail> trail;
  const ForwardState state;
};

/// A branch computed again with its graph, at an input that is no longer part of any other.
struct Branch {
  Branch(UnitBranch& of_branch, const at::Tensor& at) : branch(of_branch), input(at.detach().requires_grad_()) {
    const at::AutoGradMode with_gradients(true);
    output = branch.forward(input);
  }

  // {of the input, of the parameters ...}; frees the graph
  variable_list gradients(const at::Tensor& output_gradient) const {
    variable_list wanted = branch.parameters();
    wanted.insert(wanted.begin(), input);
    return torch::autograd::grad({output}, wanted, {output_gradient.to(output.scalar_type())});
  }

  UnitBranch& branch;
  at::Tensor input, output;
};

void append_parameters(variable_list& gradients, variable_list of_branch) {
  std::move(of_branch.begin() + 1, of_branch.end(), std::back_inserter(gradients));
}

class ReversibleStep : public torch::autograd::Function<ReversibleStep> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& first, const at::Tensor& second,
                               at::TensorList /*parameters*/, const c10::intrusive_ptr<Step>& step) {
    context->saved_data["step"] = c10::IValue::make_capsule(step);
    const Halves y = step->unit->forward({first, second});
    return {y.first, y.second};
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    const auto step = c10::static_intrusive_pointer_cast<Step>(context->saved_data["step"].toCapsule());
    Trail& trail = *step->trail;
    TORCH_CHECK(trail.next == step->unit.get(), "backward through reversible units can be run once per forward");
    trail.next = step->before;
    const ForwardState::Replay replay(step->state);
    const Halves y = std::exchange(trail.output, {});

    Branch g(step->unit->g(), y.first);
    at::Tensor x2 = y.second - g.output.detach();
    variable_list of_g = g.gradients(output_gradients[1]);
    const at::Tensor of_first = output_gradients[0] + of_g[0];

    Branch f(step->unit->f(), x2);
    trail.output = {y.first - f.output.detach(), std::move(x2)};
    variable_list of_f = f.gradients(of_first);

    variable_list gradients{of_first, output_gradients[1] + of_f[0]};
    append_parameters(gradients, std::move(of_f));
    append_parameters(gradients, std::move(of_g));
    gradients.emplace_back();  // of the step
    return gradients;
  }
};

}  // namespace

Halves reversible_chain(const std::vector<std::shared_ptr<ReversibleUnit>>& units, const Halves& x) {
  const auto trail = c10::make_intrusive<Trail>();
  Halves y = x;
  for (const auto& unit : units) {
    const auto step = c10::make_intrusive<Step>(unit, trail->next, trail, x.first.device());
    trail->next = unit.get();
    const std::vector<at::Tensor> parameters = unit->parameters();
    variable_list output = ReversibleStep::apply(y.first, y.second, at::TensorList(parameters), step);
    y = {std::move(output[0]), std::move(output[1])};
  }
  trail->output = {y.first.detach(), y.second.detach()};
  return y;
}

}  // namespace scalemark::nn
