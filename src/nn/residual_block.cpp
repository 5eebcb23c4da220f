#include "nn/residual_block.h"

#include <torch/nn/modules/container/sequential.h>

#include "nn/layers.h"

namespace scalemark::nn {
std::int64_t block_expansion(BlockKind kind) { return kind == BlockKind::kBottleneck ? 4 : 1; }

ResidualBlock::ResidualBlock(const BlockOptions& options, BlockKind kind) {
  const std::int64_t out_channels = options.width * block_expansion(kind);
  if (options.stride != 1 || options.in_channels != out_channels) {
    downsample_ =
        make_convolution({options.in_channels, out_channels, /*kernel_size=*/1, options.stride}, options.batch_norm);
    downsample_norm_ = make_norm(out_channels, options.batch_norm);
  }
}

void ResidualBlock::register_downsample() {
  if (!downsample_) {
    return;
  }
  torch::nn::Sequential registered(downsample_);
  if (downsample_norm_) {
    registered->push_back(downsample_norm_);
  }
  register_module("downsample", registered);
}

torch::Tensor ResidualBlock::forward(const torch::Tensor& x) {
  torch::Tensor out = branch(x);
  out += downsample_ ? normalized(downsample_norm_, downsample_->forward(x)) : x;
  return out.relu_();
}

BasicBlock::BasicBlock(const BlockOptions& options)
    : ResidualBlock(options, BlockKind::kBasic),
      conv1_(make_convolution({options.in_channels, options.width, 3, options.stride}, options.batch_norm)),
      conv2_(make_convolution({options.width, options.width, 3, 1}, options.batch_norm)),
      bn1_(make_norm(options.width, options.batch_norm)),
      bn2_(make_norm(options.width, options.batch_norm)) {
  register_module("conv1", conv1_);
  register_norm(*this, "bn1", bn1_);
  register_module("conv2", conv2_);
  register_norm(*this, "bn2", bn2_);
  register_downsample();
}

torch::Tensor BasicBlock::branch(const torch::Tensor& x) {
  const torch::Tensor hidden = normalized(bn1_, conv1_->forward(x)).relu_();
  return normalized(bn2_, conv2_->forward(hidden));
}

Bottleneck::Bottleneck(const BlockOptions& options)
    : ResidualBlock(options, BlockKind::kBottleneck),
      conv1_(make_convolution({options.in_channels, options.width, 1, 1}, options.batch_norm)),
      conv2_(make_convolution({options.width, options.width, 3, options.stride}, options.batch_norm)),
      conv3_(make_convolution({options.width, 4 * options.width, 1, 1}, options.batch_norm)),
      bn1_(make_norm(options.width, options.batch_norm)),
      bn2_(make_norm(options.width, options.batch_norm)),
      bn3_(make_norm(4 * options.width, options.batch_norm)) {
  register_module("conv1", conv1_);
  register_norm(*this, "bn1", bn1_);
  register_module("conv2", conv2_);
  register_norm(*this, "bn2", bn2_);
  register_module("conv3", conv3_);
  register_norm(*this, "bn3", bn3_);
  register_downsample();
}

torch::Tensor Bottleneck::branch(const torch::Tensor& x) {
  torch::Tensor hidden = normalized(bn1_, conv1_->forward(x)).relu_();
  hidden = normalized(bn2_, conv2_->forward(hidden)).relu_();
  return normalized(bn3_, conv3_->forward(hidden));
}

std::shared_ptr<ResidualBlock> make_block(BlockKind kind, const BlockOptions& options) {
  if (kind == BlockKind::kBottleneck) {
    return std::make_shared<Bottleneck>(options);
  }
  return std::make_shared<BasicBlock>(options);
}

}  // namespace scalemark::nn
