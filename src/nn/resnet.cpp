#include "nn/resnet.h"

#include <torch/nn/modules/container/modulelist.h>

#include <string>

#include "nn/layers.h"

namespace scalemark::nn {
namespace {

constexpr std::int64_t kStemChannels = 64;

torch::nn::Conv2d make_stem(const ResNetOptions& options) {
  if (options.stem == Stem::kCifar) {
    return make_convolution({3, kStemChannels, /*kernel_size=*/3, /*stride=*/1}, options.batch_norm);
  }
  return make_convolution({3, kStemChannels, /*kernel_size=*/7, /*stride=*/2}, options.batch_norm);
}

std::int64_t stage_width(std::size_t index) { return kStemChannels << index; }

std::int64_t stage_in_channels(BlockKind block, std::size_t index) {
  return index == 0 ? kStemChannels : stage_width(index - 1) * block_expansion(block);
}

}  // namespace

ResNet::ResNet(const ResNetOptions& options)
    : stem_(options.stem), conv1_(make_stem(options)), bn1_(make_norm(kStemChannels, options.batch_norm)) {
  register_module("conv1", conv1_);
  register_norm(*this, "bn1", bn1_);
  for (std::size_t index = 0; index < options.depths.size(); ++index) {
    stages_.push_back(add_stage(options, index));
  }
  fc_ = register_module("fc", torch::nn::Linear(stage_width(3) * block_expansion(options.block), options.classes));
  initialize_convolutions(*this);
}

ResNet::Stage ResNet::add_stage(const ResNetOptions& options, std::size_t index) {
  Stage stage;
  torch::nn::ModuleList registered;
  const std::int64_t width = stage_width(index);
  for (std::int64_t i = 0; i < options.depths[index]; ++i) {
    const bool first = i == 0;
    const std::int64_t in_channels =
        first ? stage_in_channels(options.block, index) : width * block_expansion(options.block);
    const std::int64_t stride = first && index > 0 ? 2 : 1;
    stage.push_back(make_block(options.block, {in_channels, width, stride, options.batch_norm}));
    registered->push_back(stage.back());
  }
  register_module("layer" + std::to_string(index + 1), registered);
  return stage;
}

torch::Tensor ResNet::forward(const torch::Tensor& images) {
  torch::Tensor x = normalized(bn1_, conv1_->forward(images)).relu_();
  if (stem_ == Stem::kImageNet) {
    x = torch::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  }
  for (const Stage& stage : stages_) {
    for (const auto& block : stage) {
      x = block->forward(x);
    }
  }
  return fc_->forward(torch::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
}

}  // namespace scalemark::nn
