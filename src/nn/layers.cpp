#include "nn/layers.h"

#include <ATen/Context.h>
#include <ATen/ops/batch_norm.h>
#include <torch/nn/init.h>

namespace scalemark::nn {
namespace {

thread_local int frozen_scopes = 0;

}  // namespace

FrozenStatistics::FrozenStatistics() { ++frozen_scopes; }
FrozenStatistics::~FrozenStatistics() { --frozen_scopes; }

torch::nn::Conv2d make_convolution(const ConvolutionShape& shape, bool batch_norm) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(shape.in_channels, shape.out_channels, shape.kernel_size)
                               .stride(shape.stride)
                               .padding(shape.kernel_size / 2)
                               .bias(!batch_norm));
}

torch::nn::BatchNorm2d make_norm(std::int64_t channels, bool batch_norm) {
  return batch_norm ? torch::nn::BatchNorm2d(channels) : torch::nn::BatchNorm2d(nullptr);
}

torch::Tensor normalized(torch::nn::BatchNorm2d& norm, const torch::Tensor& x) {
  if (!norm) {
    return x;
  }
  if (frozen_scopes == 0 || !norm->is_training()) {
    return norm->forward(x);
  }
  constexpr double kNoMomentum = 0;
  return at::batch_norm(x, norm->weight, norm->bias, /*running_mean=*/{}, /*running_var=*/{}, /*training=*/true,
                        kNoMomentum, norm->options.eps(), at::globalContext().userEnabledCuDNN());
}

void register_norm(torch::nn::Module& owner, const char* name, const torch::nn::BatchNorm2d& norm) {
  if (norm) {
    owner.register_module(name, norm);
  }
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

}  // namespace scalemark::nn
