#pragma once

#include <torch/nn/modules/conv.h>

#include <cstdint>
#include <memory>

#include "nn/norm.h"

namespace scalemark::nn {

enum class BlockKind {
  kBasic,           ///< two 3x3 convolutions
  kBottleneck,      ///< a 3x3 convolution between two of 1x1, the second of which has four times the channels
  kWideBottleneck,  ///< the same with twice the channels (Zagoruyko and Komodakis 2016)
};

struct BlockOptions {
  std::int64_t in_channels = 0;
  std::int64_t width = 0;   ///< channels of the 3x3 convolutions
  std::int64_t stride = 1;  ///< of the block as a whole
  NormOptions norm{};
};

/// How many times `width` channels a block puts out: 1, 4 or 2.
std::int64_t block_expansion(BlockKind kind);

/// relu(branch(x) + shortcut(x)), both [batch, width * expansion, height / stride, width / stride]; the shortcut is x,
/// or a strided 1x1 convolution where the shapes differ.
class ResidualBlock : public torch::nn::Module {
 public:
  /// The branch reads the first of the fork, the shortcut the second.
  kernels::Fork forward(const kernels::Fork& x);
  torch::Tensor forward(const torch::Tensor& x) { return forward(kernels::Fork{x, x}).first; }

  /// Sets the weight of the branch's last norm, which must be there, to 0: relu(shortcut(x)) is put out at first.
  void start_without_branch();

 protected:
  ResidualBlock(const BlockOptions& options, BlockKind kind);

  /// Called at the end of a subclass's constructor: the shortcut comes after the branch in the order of parameters.
  void register_downsample();

 private:
  /// The branch up to its last convolution: a tensor of its own, which forward() may overwrite.
  virtual torch::Tensor branch(const torch::Tensor& x) = 0;

  /// The norm behind it.
  virtual Norm& branch_norm() = 0;

  torch::nn::Conv2d downsample_{nullptr};
  Norm downsample_norm_;
};

/// Two 3x3 convolutions (He et al. 2016, figure 5 left).
class BasicBlock final : public ResidualBlock {
 public:
  explicit BasicBlock(const BlockOptions& options);

 private:
  torch::Tensor branch(const torch::Tensor& x) override;
  Norm& branch_norm() override { return bn2_; }

  torch::nn::Conv2d conv1_, conv2_;
  Norm bn1_, bn2_;
};

/// 1x1, 3x3, 1x1 convolutions (He et al. 2016, figure 5 right), with the stride in the 3x3 one as torchvision has it.
class Bottleneck final : public ResidualBlock {
 public:
  Bottleneck(const BlockOptions& options, BlockKind kind);

 private:
  torch::Tensor branch(const torch::Tensor& x) override;
  Norm& branch_norm() override { return bn3_; }

  torch::nn::Conv2d conv1_, conv2_, conv3_;
  Norm bn1_, bn2_, bn3_;
};

std::shared_ptr<ResidualBlock> make_block(BlockKind kind, const BlockOptions& options);

}  // namespace scalemark::nn
