#include "nn/residual_block.h"

#include <torch/nn/init.h>
#include <torch/nn/modules/container/sequential.h>

#include "nn/layers.h"

namespace scalemark::nn {
std::int64_t block_expansion(BlockKind kind) {
  switch (kind) {
    case BlockKind::kBasic:
      return 1;
    case BlockKind::kBottleneck:
      return 4;
    case BlockKind::kWideBottleneck:
      return 2;
  }
  return 1;
}

ResidualBlock::ResidualBlock(const BlockOptions& options, BlockKind kind)
    : downsample_norm_(options.width * block_expansion(kind), options.norm) {
  const std::int64_t out_channels = options.width * block_expansion(kind);
  if (options.stride != 1 || options.in_channels != out_channels) {
    downsample_ = make_convolution({options.in_channels, out_channels, /*kernel_size=*/1, options.stride},
                                   options.norm.batch_norm);
  }
}

void ResidualBlock::register_downsample() {
  if (!downsample_) {
    return;
  }
  torch::nn::Sequential registered(downsample_);
  if (downsample_norm_) {
    registered->push_back(downsample_norm_.module());
  }
  register_module("downsample", registered);
}

kernels::Fork ResidualBlock::forward(const kernels::Fork& x) {
  const torch::Tensor out = branch(x.first);
  return branch_norm().add_relu(out, downsample_ ? downsample_norm_(downsample_->forward(x.second)) : x.second);
}

void ResidualBlock::start_without_branch() { torch::nn::init::zeros_(branch_norm().module()->weight); }

BasicBlock::BasicBlock(const BlockOptions& options)
    : ResidualBlock(options, BlockKind::kBasic),
      conv1_(make_convolution({options.in_channels, options.width, 3, options.stride}, options.norm.batch_norm)),
      conv2_(make_convolution({options.width, options.width, 3, 1}, options.norm.batch_norm)),
      bn1_(options.width, options.norm),
      bn2_(options.width, options.norm) {
  register_module("conv1", conv1_);
  bn1_.register_in(*this, "bn1");
  register_module("conv2", conv2_);
  bn2_.register_in(*this, "bn2");
  register_downsample();
}

torch::Tensor BasicBlock::branch(const torch::Tensor& x) { return conv2_->forward(bn1_.relu(conv1_->forward(x))); }

Bottleneck::Bottleneck(const BlockOptions& options, BlockKind kind)
    : ResidualBlock(options, kind),
      conv1_(make_convolution({options.in_channels, options.width, 1, 1}, options.norm.batch_norm)),
      conv2_(make_convolution({options.width, options.width, 3, options.stride}, options.norm.batch_norm)),
      conv3_(make_convolution({options.width, block_expansion(kind) * options.width, 1, 1}, options.norm.batch_norm)),
      bn1_(options.width, options.norm),
      bn2_(options.width, options.norm),
      bn3_(block_expansion(kind) * options.width, options.norm) {
  register_module("conv1", conv1_);
  bn1_.register_in(*this, "bn1");
  register_module("conv2", conv2_);
  bn2_.register_in(*this, "bn2");
  register_module("conv3", conv3_);
  bn3_.register_in(*this, "bn3");
  register_downsample();
}

torch::Tensor Bottleneck::branch(const torch::Tensor& x) {
  const torch::Tensor hidden = bn1_.relu(conv1_->forward(x));
  return conv3_->forward(bn2_.relu(conv2_->forward(hidden)));
}

std::shared_ptr<ResidualBlock> make_block(BlockKind kind, const BlockOptions& options) {
  if (kind == BlockKind::kBasic) return std::make_shared<BasicBlock>(options);
  return std::make_shared<Bottleneck>(options, kind);
}

}  // namespace scalemark::nn
