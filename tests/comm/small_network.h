#pragma once

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/types.h>

#include <memory>
#include <vector>

#include "comm/gradient_reducer.h"

namespace scalemark::comm {

class AddToReducer : public torch::autograd::PostAccumulateGradHook {
 public:
  AddToReducer(GradientReducer& reducer, std::size_t parameter) : reducer_(reducer), parameter_(parameter) {}
  void operator()(const torch::autograd::Variable&) override { reducer_.add(parameter_); }

 private:
  GradientReducer& reducer_;
  std::size_t parameter_;
};

/// A convolution and a linear layer, equal on every rank, fed with data of the rank's own.
struct SmallNetwork {
  explicit SmallNetwork(torch::MemoryFormat format = torch::MemoryFormat::Contiguous,
                        torch::Dtype dtype = torch::kDouble) {
    torch::manual_seed(7);
    const auto leaf = [&](const torch::Tensor& value, torch::MemoryFormat layout) {
      return value.to(dtype).contiguous(layout).requires_grad_(true);
    };
    kernel = leaf(torch::randn({6, 4, 3, 3}, torch::kDouble), format);
    bias = leaf(torch::randn({6}, torch::kDouble), torch::MemoryFormat::Contiguous);
    weight = leaf(torch::randn({5, 96}, torch::kDouble), torch::MemoryFormat::Contiguous);
  }

  std::vector<NamedParameter> parameters() const { return {{"kernel", kernel}, {"bias", bias}, {"weight", weight}}; }

  torch::Tensor loss(int data_of_rank) const {
    torch::manual_seed(std::uint64_t{1000} + static_cast<std::uint64_t>(data_of_rank));
    const torch::Tensor input = torch::randn({2, 4, 6, 6}, torch::kDouble).to(kernel.scalar_type());
    return torch::conv2d(input, kernel, bias).relu().flatten(1).matmul(weight.t()).square().mean();
  }

  torch::Tensor kernel, bias, weight;
};

/// Every gradient that backward finishes from now on is the reducer's.
inline void attach(const SmallNetwork& network, GradientReducer& reducer) {
  const auto parameters = network.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    torch::autograd::impl::set_post_acc_grad_hooks(parameters[i].tensor, std::make_unique<AddToReducer>(reducer, i));
  }
}

inline std::vector<torch::Tensor> gradients_of(const std::vector<NamedParameter>& parameters) {
  std::vector<torch::Tensor> result;
  result.reserve(parameters.size());
  for (const NamedParameter& parameter : parameters) result.push_back(parameter.tensor.grad().clone());
  return result;
}

}  // namespace scalemark::comm
