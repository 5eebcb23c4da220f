#include "nn/network_work.h"

#include <ATen/ops/zeros.h>
#include <ATen/record_function.h>
#include <torch/utils.h>

#include <memory>
#include <string_view>
#include <vector>

namespace scalemark::nn {
namespace {

/// What the operators of the thread that counts did; a callback has no other way to say it.
struct Count {
  std::vector<std::int64_t> flops;  ///< by layer
  bool in_layer = false;            ///< an operator that a layer's operator is made of is no layer
};
thread_local Count* counting = nullptr;

/// What a layer's start says to its end: weights are known at the one, outputs at the other.
struct ProductsPerValue : at::ObserverContext {
  explicit ProductsPerValue(std::int64_t products) : count(products) {}
  std::int64_t count;
};

/// How many products each value of the output is a sum of; 0 for what is neither convolution nor linear layer.
std::int64_t products_per_value(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  const auto input = [&](std::size_t index) { return function.inputs()[index].toTensor(); };
  if (name == "aten::addmm") return input(2).size(0);  // bias, x, transposed weight
  if (name != "aten::convolution" && name != "aten::linear") return 0;
  return input(1).numel() / input(1).size(0);  // x, weight [out_channels, ...]
}

std::unique_ptr<at::ObserverContext> begin_operator(const at::RecordFunction& function) {
  const std::int64_t products = counting->in_layer ? 0 : products_per_value(function);
  if (products == 0) return nullptr;
  counting->in_layer = true;
  return std::make_unique<ProductsPerValue>(products);
}

void end_operator(const at::RecordFunction& function, at::ObserverContext* context) {
  if (context == nullptr) return;
  counting->in_layer = false;
  const at::Tensor output = function.outputs()[0].toTensor();
  counting->flops.push_back(2 * output.numel() * static_cast<ProductsPerValue*>(context)->count);
}

std::vector<std::int64_t> flops_by_layer(Network& network, int image_size) {
  Count count;
  counting = &count;
  const auto callback = at::addThreadLocalCallback(at::RecordFunctionCallback(begin_operator, end_operator)
                                                       .needsInputs(true)
                                                       .needsOutputs(true)
                                                       .scopes({at::RecordScope::FUNCTION}));
  network.forward(at::zeros({1, 3, image_size, image_size}));
  at::removeCallback(callback);
  counting = nullptr;
  return count.flops;
}

}  // namespace

NetworkWork work_per_image(const std::string& name, const NetworkOptions& options) {
  const torch::NoGradGuard no_grad;
  const auto network = make_network(name, options);
  network->eval();
  const std::vector<std::int64_t> flops = flops_by_layer(*network, options.image_size);
  NetworkWork work;
  for (const std::int64_t of_layer : flops) work.forward_flops += of_layer;
  work.training_flops = 3 * work.forward_flops - flops.at(0);
  return work;
}

}  // namespace scalemark::nn
