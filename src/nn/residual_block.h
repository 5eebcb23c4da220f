#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <cstdint>
#include <memory>

namespace scalemark::nn {

enum class BlockKind { kBasic, kBottleneck };

struct BlockOptions {
  std::int64_t in_channels = 0;
  std::int64_t width = 0;   ///< channels of the 3x3 convolutions
  std::int64_t stride = 1;  ///< of the block as a whole
  bool batch_norm = true;
};

/// How many times `width` channels a block puts out: 1 (basic) or 4 (bottleneck).
std::int64_t block_expansion(BlockKind kind);

/// relu(branch(x) + shortcut(x)), both [batch, width * expansion, height / stride, width / stride]; the shortcut is x,
/// or a strided 1x1 convolution where the shapes differ.
class ResidualBlock : public torch::nn::Module {
 public:
  torch::Tensor forward(const torch::Tensor& x);

 protected:
  ResidualBlock(const BlockOptions& options, BlockKind kind);

  /// Called at the end of a subclass's constructor: the shortcut comes after the branch in the order of parameters.
  void register_downsample();

 private:
  /// Must return a tensor of its own, which forward() overwrites.
  virtual torch::Tensor branch(const torch::Tensor& x) = 0;

  torch::nn::Conv2d downsample_{nullptr};
  torch::nn::BatchNorm2d downsample_norm_{nullptr};
};

/// Two 3x3 convolutions (He et al. 2016, figure 5 left).
class BasicBlock final : public ResidualBlock {
 public:
  explicit BasicBlock(const BlockOptions& options);

 private:
  torch::Tensor branch(const torch::Tensor& x) override;

  torch::nn::Conv2d conv1_, conv2_;
  torch::nn::BatchNorm2d bn1_, bn2_;
};

/// 1x1, 3x3, 1x1 convolutions (He et al. 2016, figure 5 right), with the stride in the 3x3 one as torchvision has it.
class Bottleneck final : public ResidualBlock {
 public:
  explicit Bottleneck(const BlockOptions& options);

 private:
  torch::Tensor branch(const torch::Tensor& x) override;

  torch::nn::Conv2d conv1_, conv2_, conv3_;
  torch::nn::BatchNorm2d bn1_, bn2_, bn3_;
};

std::shared_ptr<ResidualBlock> make_block(BlockKind kind, const BlockOptions& options);

}  // namespace scalemark::nn
