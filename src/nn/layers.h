#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <cstdint>

namespace scalemark::nn {

struct ConvolutionShape {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t kernel_size = 3;  ///< pixels per side, odd: the padding keeps the image's size at stride 1
  std::int64_t stride = 1;
};

/// A convolution for a network with or without batch norm. It has a bias only where no batch norm follows: the norm
/// subtracts any constant and adds its own, and without it the network would have no offset before its last layer.
torch::nn::Conv2d make_convolution(const ConvolutionShape& shape, bool batch_norm);

/// Batch norm over this many channels; an empty holder where batch_norm is false.
torch::nn::BatchNorm2d make_norm(std::int64_t channels, bool batch_norm);

/// While one lives, batch norm in training leaves its running statistics alone on this thread: for a forward pass that
/// is a repetition of one that was counted in them.
class FrozenStatistics {
 public:
  FrozenStatistics();
  ~FrozenStatistics();
  FrozenStatistics(const FrozenStatistics&) = delete;
  FrozenStatistics& operator=(const FrozenStatistics&) = delete;
};

/// norm(x), or x itself where norm is an empty holder.
torch::Tensor normalized(torch::nn::BatchNorm2d& norm, const torch::Tensor& x);

/// Registers a norm that make_norm built; an empty holder registers nothing.
void register_norm(torch::nn::Module& owner, const char* name, const torch::nn::BatchNorm2d& norm);

/// Draws every convolution below `root` from a normal distribution of variance 2 / (out_channels * kernel area) and
/// sets its bias to 0 (He et al. 2015, fan-out). Other layers keep LibTorch's defaults, which are PyTorch's: batch norm
/// 1 and 0, linear layers uniform in +-1/sqrt(in_features).
void initialize_convolutions(torch::nn::Module& root);

}  // namespace scalemark::nn
