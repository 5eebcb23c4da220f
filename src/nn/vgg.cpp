#include "nn/vgg.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/max_pool2d.h>

#include <array>
#include <string>
#include <utility>

#include "nn/checkpoint.h"
#include "nn/layers.h"

namespace scalemark::nn {
namespace {

struct StageShape {
  std::int64_t channels;
  int convolutions;
};

constexpr std::array<StageShape, 5> kStages{{{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}};
constexpr std::int64_t kPooledSide = 7;  // of the map that the linear layers take, whatever the image's size
constexpr double kHiddenDropout = 0.5;

}  // namespace

Vgg::Vgg(const VggOptions& options) : checkpointing_(options.checkpointing) {
  add_features(options.norm);
  add_classifier(options);
  initialize_convolutions(*this);
  initialize_linear_layers(*this);
}

// torchvision numbers every layer, those without parameters too.
void Vgg::add_features(const NormOptions& norm) {
  const auto registered = register_module("features", std::make_shared<torch::nn::Module>("features"));
  constexpr bool kWithBias = false;  // as where no batch norm follows
  int number = 0;
  std::int64_t channels = 3;
  for (const StageShape& shape : kStages) {
    Stage stage;
    for (int i = 0; i < shape.convolutions; ++i) {
      stage.push_back({make_convolution({channels, shape.channels, 3, 1}, kWithBias), Norm(shape.channels, norm)});
      registered->register_module(std::to_string(number++), stage.back().convolution);
      if (norm.batch_norm) stage.back().norm.register_in(*registered, std::to_string(number++).c_str());
      ++number;  // ReLU
      channels = shape.channels;
    }
    ++number;  // pooling
    stages_.push_back(std::move(stage));
  }
}

void Vgg::add_classifier(const VggOptions& options) {
  const auto registered = register_module("classifier", std::make_shared<torch::nn::Module>("classifier"));
  const std::int64_t features = kStages.back().channels * kPooledSide * kPooledSide;
  hidden1_ = registered->register_module("0", torch::nn::Linear(features, options.hidden));
  hidden2_ = registered->register_module("3", torch::nn::Linear(options.hidden, options.hidden));
  last_ = registered->register_module("6", torch::nn::Linear(options.hidden, options.classes));
}

torch::Tensor Vgg::forward(const torch::Tensor& images) {
  const bool checkpoints = checkpointing_ && is_training() && torch::GradMode::is_enabled();
  torch::Tensor x = images;
  for (Stage& stage : stages_) x = checkpoints ? checkpointed_through(stage, x) : through(stage, x);
  return logits(x);
}

torch::Tensor Vgg::through(Stage& stage, const torch::Tensor& x) {
  torch::Tensor y = x;
  for (Layer& layer : stage) y = layer.norm.relu(layer.convolution->forward(y));
  return at::max_pool2d(y, /*kernel_size=*/2, /*stride=*/2);
}

torch::Tensor Vgg::checkpointed_through(Stage& stage, const torch::Tensor& x) {
  std::vector<torch::Tensor> parameters;
  for (const Layer& layer : stage) {
    for (const auto& parameter : layer.convolution->parameters()) parameters.push_back(parameter);
    if (!layer.norm) continue;
    for (const auto& parameter : layer.norm.module()->parameters()) parameters.push_back(parameter);
  }
  return checkpointed({[&stage](const torch::Tensor& input) { return through(stage, input); }, parameters}, x);
}

torch::Tensor Vgg::logits(const torch::Tensor& features) {
  const torch::Tensor pooled = at::adaptive_avg_pool2d(features, {kPooledSide, kPooledSide}).flatten(1);
  const torch::Tensor hidden1 = at::dropout(hidden1_->forward(pooled).relu_(), kHiddenDropout, is_training());
  const torch::Tensor hidden2 = at::dropout(hidden2_->forward(hidden1).relu_(), kHiddenDropout, is_training());
  return last_->forward(hidden2);
}

}  // namespace scalemark::nn
