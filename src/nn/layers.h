#pragma once

#include <torch/nn/modules/conv.h>

#include <cstdint>

namespace scalemark::nn {

struct ConvolutionShape {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t kernel_size = 3;  ///< pixels per side, odd: the padding keeps the image's size at stride 1
  std::int64_t stride = 1;
  std::int64_t groups = 1;  ///< in_channels: each output channel is of one input channel (depthwise)
};

/// A convolution for a network with or without batch norm. It has a bias only where no batch norm follows: the norm
/// subtracts any constant and adds its own, and without it the network would have no offset before its last layer.
torch::nn::Conv2d make_convolution(const ConvolutionShape& shape, bool batch_norm);

/// The ImageNet stem's max-pooling: 3x3, stride 2, padding 1.
at::Tensor stem_pool(const at::Tensor& x);

/// Draws every convolution below `root` from a normal distribution of variance 2 / (out_channels * kernel area) and
/// sets its bias to 0 (He et al. 2015, fan-out). Other layers keep LibTorch's defaults, which are PyTorch's: batch norm
/// 1 and 0, linear layers uniform in +-1/sqrt(in_features).
void initialize_convolutions(torch::nn::Module& root);

/// Draws every linear layer below `root` from a normal distribution of deviation 0.01 and sets its bias to 0, as
/// torchvision's VGG and MobileNet have it.
void initialize_linear_layers(torch::nn::Module& root);

}  // namespace scalemark::nn
