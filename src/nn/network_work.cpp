#include "nn/network_work.h"

#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <torch/utils.h>

#include <algorithm>

#include "nn/operator_work.h"

namespace scalemark::nn {
namespace {

std::int64_t training_values(const OperatorWork& work) {
  // Forward and backward both: the map or its gradient at either end.
  if (work.kind == OperatorKind::kPooling) return 2 * (work.input + work.output);
  // On the way through a norm: forward the shortcut is read, backward its gradient is written.
  if (work.kind == OperatorKind::kAddition) return 2 * work.input;
  return 2 * (work.input + work.output) + work.input;  // backward reads again what came in
}

bool is_matrix(const at::Tensor& parameter) {
  return std::ranges::count_if(parameter.sizes(), [](std::int64_t size) { return size > 1; }) > 1;
}

// An operator that is not known would else pass for one without work.
void require_every_weight(const Network& network, const ObservedWork& observed) {
  for (const auto& parameter : network.named_parameters()) {
    TORCH_CHECK(!is_matrix(parameter.value()) || observed.read.contains(parameter.value().storage().data()),
                "the network's work is not known: no operator that is counted takes its parameter ", parameter.key());
  }
}

}  // namespace

NetworkWork work_per_image(Network& network, int image_size) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network.is_training();
  network.eval();
  const auto image = at::zeros({1, 3, image_size, image_size}, network.parameters().front().options());
  const ObservedWork observed = observe_work([&] { network.forward(image); });
  network.train(was_training);
  require_every_weight(network, observed);
  NetworkWork work;
  for (const OperatorWork& one : observed.operators) {
    const bool is_first = work.forward_flops == 0;  // what comes in is the image, whose gradient nobody asks for
    const std::int64_t flops = 2 * one.multiply_adds;
    work.forward_flops += flops;
    work.training_flops += (is_first ? 2 : 3) * flops;
    work.training_values += training_values(one) - (is_first ? one.input : 0);
  }
  return work;
}

NetworkWork work_per_image(const std::string& name, const NetworkOptions& options) {
  const torch::NoGradGuard no_grad;
  NetworkOptions by_operators = options;
  by_operators.fused = false;  // own kernels are no operators, and the work is the same
  return work_per_image(*make_network(name, by_operators), options.image_size);
}

}  // namespace scalemark::nn
