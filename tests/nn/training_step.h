#pragma once

#include <ATen/autocast_mode.h>
#include <torch/nn/functional/loss.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "nn/network.h"

namespace scalemark::nn {

struct StepResult {
  double loss = 0;
  std::vector<torch::Tensor> gradients;
  std::vector<torch::Tensor> buffers;  ///< after the step
};

/// Forward and backward of one random batch, which depends on the seed and the shape alone.
inline StepResult training_step(Network& network, std::int64_t batch, std::int64_t image_size, bool autocast = false) {
  constexpr int kLabels = 10;
  torch::manual_seed(11);
  const auto dtype = network.parameters().front().scalar_type();
  const torch::Tensor images = torch::randn({batch, 3, image_size, image_size}, dtype);
  const torch::Tensor labels = torch::randint(kLabels, {batch}, torch::kLong);
  for (auto& parameter : network.parameters()) {
    parameter.mutable_grad().reset();
  }
  at::autocast::set_autocast_enabled(at::kCPU, autocast);
  const torch::Tensor logits = network.forward(images).to(dtype);
  at::autocast::set_autocast_enabled(at::kCPU, false);
  at::autocast::clear_cache();
  const torch::Tensor loss = torch::nn::functional::cross_entropy(logits, labels);
  loss.backward();
  StepResult result{loss.item<double>(), {}, {}};
  for (const auto& parameter : network.parameters()) {
    result.gradients.push_back(parameter.grad());
  }
  for (const auto& buffer : network.buffers()) {
    result.buffers.push_back(buffer.clone());
  }
  return result;
}

/// The norm of the difference of all tensors together, over the norm of `expected`.
inline double relative_difference(const std::vector<torch::Tensor>& expected, const std::vector<torch::Tensor>& found) {
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += (expected[i] - found[i]).to(torch::kDouble).square().sum().item<double>();
    norm += expected[i].to(torch::kDouble).square().sum().item<double>();
  }
  return std::sqrt(difference / norm);
}

/// Of one tensor, whatever its type.
inline double difference(const torch::Tensor& expected, const torch::Tensor& found) {
  return relative_difference({expected.to(torch::kDouble)}, {found.to(torch::kDouble)});
}

}  // namespace scalemark::nn
