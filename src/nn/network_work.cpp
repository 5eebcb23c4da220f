#include "nn/network_work.h"

#include <ATen/ops/zeros.h>
#include <ATen/record_function.h>
#include <torch/utils.h>

#include <memory>
#include <string_view>
#include <vector>

namespace scalemark::nn {
namespace {

/// What an operator of the network is, as far as it takes time of its own.
enum class Kind { kProduct, kNorm, kPooling, kAddition };

struct Layer : at::ObserverContext {
  Kind kind;
  std::int64_t products = 0;  ///< that each value of the output is a sum of; of a product alone
  std::int64_t input = 0;     ///< values of the map that comes in; of an addition, those of its second operand
  std::int64_t output = 0;
  Layer(Kind what, std::int64_t values) : kind(what), input(values) {}
};

/// What the operators of the thread that counts did; a callback has no other way to say it.
struct Count {
  std::vector<Layer> layers;
  bool in_layer = false;  ///< an operator that a layer's operator is made of is no layer
};
thread_local Count* counting = nullptr;

std::unique_ptr<Layer> layer_of(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  const auto input = [&](std::size_t index) { return function.inputs()[index].toTensor(); };
  const auto layer = [&](Kind kind, std::size_t index) { return std::make_unique<Layer>(kind, input(index).numel()); };
  if (name == "aten::addmm") {  // bias, x, transposed weight
    auto product = layer(Kind::kProduct, 1);
    product->products = input(2).size(0);
    return product;
  }
  if (name == "aten::convolution" || name == "aten::linear") {  // x, weight [out_channels, ...]
    auto product = layer(Kind::kProduct, 0);
    product->products = input(1).numel() / input(1).size(0);
    return product;
  }
  if (name == "aten::batch_norm") return layer(Kind::kNorm, 0);
  if (name == "aten::max_pool2d" || name == "aten::avg_pool2d" || name == "aten::adaptive_avg_pool2d")
    return layer(Kind::kPooling, 0);
  const bool adds_map = (name == "aten::add" || name == "aten::add_") && function.inputs()[1].isTensor();
  if (adds_map) return layer(Kind::kAddition, 1);
  return nullptr;
}

std::unique_ptr<at::ObserverContext> begin_operator(const at::RecordFunction& function) {
  if (counting->in_layer) return nullptr;
  auto layer = layer_of(function);
  counting->in_layer = layer != nullptr;
  return layer;
}

// Weights are known at an operator's start, its output at its end.
void end_operator(const at::RecordFunction& function, at::ObserverContext* context) {
  if (context == nullptr) return;
  counting->in_layer = false;
  Layer& layer = *static_cast<Layer*>(context);
  layer.output = function.outputs()[0].toTensor().numel();
  counting->layers.push_back(layer);
}

std::vector<Layer> layers_of(Network& network, int image_size) {
  Count count;
  counting = &count;
  const auto callback = at::addThreadLocalCallback(at::RecordFunctionCallback(begin_operator, end_operator)
                                                       .needsInputs(true)
                                                       .needsOutputs(true)
                                                       .scopes({at::RecordScope::FUNCTION}));
  network.forward(at::zeros({1, 3, image_size, image_size}));
  at::removeCallback(callback);
  counting = nullptr;
  return count.layers;
}

std::int64_t training_values(const Layer& layer) {
  // Forward and backward both: the map or its gradient at either end.
  if (layer.kind == Kind::kPooling) return 2 * (layer.input + layer.output);
  // On the way through a norm: forward the shortcut is read, backward its gradient is written.
  if (layer.kind == Kind::kAddition) return 2 * layer.input;
  return 2 * (layer.input + layer.output) + layer.input;  // backward reads again what came in
}

}  // namespace

NetworkWork work_per_image(const std::string& name, const NetworkOptions& options) {
  const torch::NoGradGuard no_grad;
  NetworkOptions by_operators = options;
  by_operators.fused = false;  // own kernels are no operators, and the work is the same
  const auto network = make_network(name, by_operators);
  network->eval();
  NetworkWork work;
  for (const Layer& layer : layers_of(*network, options.image_size)) {
    const bool is_first = work.forward_flops == 0;  // what comes in is the image, whose gradient nobody asks for
    const std::int64_t flops = 2 * layer.output * layer.products;
    work.forward_flops += flops;
    work.training_flops += (is_first ? 2 : 3) * flops;
    work.training_values += training_values(layer) - (is_first ? layer.input : 0);
  }
  return work;
}

}  // namespace scalemark::nn
