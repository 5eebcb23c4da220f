#include "nn/network_work.h"

#include <ATen/ops/zeros.h>
#include <ATen/record_function.h>
#include <torch/utils.h>

#include <string_view>
#include <vector>

namespace scalemark::nn {
namespace {

/// What one operator of the thread that counts did; the callback has no other way to say it.
thread_local std::vector<std::int64_t>* counted_flops = nullptr;

// Each value of the output is a sum of as many products as a row of the weight, [out_channels, ...], has values.
void count(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  if (name != "aten::convolution" && name != "aten::linear") return;
  const at::Tensor& weight = function.inputs()[1].toTensor();
  const at::Tensor& output = function.outputs()[0].toTensor();
  counted_flops->push_back(2 * output.numel() * weight.numel() / weight.size(0));
}

std::vector<std::int64_t> flops_by_layer(Network& network, int image_size) {
  std::vector<std::int64_t> flops;
  counted_flops = &flops;
  const auto callback = at::addThreadLocalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction&) { return std::unique_ptr<at::ObserverContext>(); },
                                 [](const at::RecordFunction& function, at::ObserverContext*) { count(function); })
          .needsInputs(true)
          .needsOutputs(true)
          .scopes({at::RecordScope::FUNCTION}));
  network.forward(at::zeros({1, 3, image_size, image_size}));
  at::removeCallback(callback);
  counted_flops = nullptr;
  return flops;
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
