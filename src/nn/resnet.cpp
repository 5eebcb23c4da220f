#include "nn/resnet.h"

#include <torch/nn/modules/container/modulelist.h>

#include <string>

#include "nn/checkpoint.h"
#include "nn/checkpointed_stem.h"
#include "nn/layers.h"

namespace scalemark::nn {
namespace {

torch::nn::Conv2d make_stem(const ResNetOptions& options) {
  if (options.stem == Stem::kCifar) {
    return make_convolution({3, options.stem_channels, /*kernel_size=*/3, /*stride=*/1}, options.norm.batch_norm);
  }
  return make_convolution({3, options.stem_channels, /*kernel_size=*/7, /*stride=*/2}, options.norm.batch_norm);
}

std::int64_t stage_in_channels(const ResNetOptions& options, std::size_t index) {
  return index == 0 ? options.stem_channels : options.widths[index - 1] * block_expansion(options.block);
}

}  // namespace

ResNet::ResNet(const ResNetOptions& options)
    : stem_(options.stem),
      checkpointing_(options.checkpointing),
      conv1_(make_stem(options)),
      bn1_(options.stem_channels, options.norm) {
  register_module("conv1", conv1_);
  bn1_.register_in(*this, "bn1");
  for (std::size_t index = 0; index < options.depths.size(); ++index) {
    stages_.push_back(add_stage(options, index));
  }
  fc_ =
      register_module("fc", torch::nn::Linear(options.widths.back() * block_expansion(options.block), options.classes));
  initialize_convolutions(*this);
  if (!options.zero_init_residual) return;
  for (const Stage& stage : stages_) {
    for (const auto& block : stage) block->start_without_branch();
  }
}

ResNet::Stage ResNet::add_stage(const ResNetOptions& options, std::size_t index) {
  Stage stage;
  torch::nn::ModuleList registered;
  const std::int64_t width = options.widths[index];
  for (std::int64_t i = 0; i < options.depths[index]; ++i) {
    const bool first = i == 0;
    const std::int64_t in_channels = first ? stage_in_channels(options, index) : width * block_expansion(options.block);
    const std::int64_t stride = first && index > 0 ? 2 : 1;
    stage.push_back(make_block(options.block, {in_channels, width, stride, options.norm}));
    registered->push_back(stage.back());
  }
  register_module("layer" + std::to_string(index + 1), registered);
  return stage;
}

torch::Tensor ResNet::forward(const torch::Tensor& images) {
  if (checkpointing_ && is_training() && torch::GradMode::is_enabled()) {
    return logits(checkpointed_features(images));
  }
  const torch::Tensor first = stem(images);
  kernels::Fork x{first, first};
  for (const Stage& stage : stages_) {
    for (const auto& block : stage) {
      x = block->forward(x);
    }
  }
  return logits(x.first);
}

torch::Tensor ResNet::stem(const torch::Tensor& images) {
  if (stem_ == Stem::kImageNet) {
    return pooled_stem(conv1_, bn1_, images);
  }
  return bn1_.relu(conv1_->forward(images));
}

torch::Tensor ResNet::checkpointed_features(const torch::Tensor& images) {
  torch::Tensor x;
  // By chunks it would take the moments of this rank's batch alone.
  if (stem_ == Stem::kImageNet && bn1_ && !bn1_.spans_ranks()) {
    x = checkpointed_stem(conv1_, bn1_, images);
  } else {
    x = checkpointed({[this](const torch::Tensor& input) { return stem(input); }, stem_parameters()}, images);
  }
  for (const Stage& stage : stages_) {
    for (const auto& block : stage) {
      x = checkpointed({[block](const torch::Tensor& input) { return block->forward(input); }, block->parameters()}, x);
    }
  }
  return x;
}

std::vector<torch::Tensor> ResNet::stem_parameters() const {
  std::vector<torch::Tensor> parameters = conv1_->parameters();
  if (bn1_) {
    parameters.push_back(bn1_.module()->weight);
    parameters.push_back(bn1_.module()->bias);
  }
  return parameters;
}

torch::Tensor ResNet::logits(const torch::Tensor& features) {
  return fc_->forward(torch::adaptive_avg_pool2d(features, {1, 1}).flatten(1));
}

}  // namespace scalemark::nn
