#include "nn/layers.h"

#include <ATen/ops/max_pool2d.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/linear.h>

#include "kernels/pool_window.h"

namespace scalemark::nn {

torch::nn::Conv2d make_convolution(const ConvolutionShape& shape, bool batch_norm) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(shape.in_channels, shape.out_channels, shape.kernel_size)
                               .stride(shape.stride)
                               .padding(shape.kernel_size / 2)
                               .groups(shape.groups)
                               .bias(!batch_norm));
}

at::Tensor stem_pool(const at::Tensor& x) {
  return at::max_pool2d(x, kernels::kPoolWindow, kernels::kPoolStride, kernels::kPoolPadding);
}

void initialize_convolutions(torch::nn::Module& root) {
  for (const auto& module : root.modules(/*include_self=*/false)) {
    if (auto* convolution = module->as<torch::nn::Conv2d>()) {
      torch::nn::init::kaiming_normal_(convolution->weight, 0, torch::kFanOut, torch::kReLU);
      if (convolution->bias.defined()) {
        torch::nn::init::zeros_(convolution->bias);
      }
    }
  }
}

void initialize_linear_layers(torch::nn::Module& root) {
  constexpr double kDeviation = 0.01;
  for (const auto& module : root.modules(/*include_self=*/false)) {
    if (auto* linear = module->as<torch::nn::Linear>()) {
      torch::nn::init::normal_(linear->weight, 0, kDeviation);
      torch::nn::init::zeros_(linear->bias);
    }
  }
}

}  // namespace scalemark::nn
