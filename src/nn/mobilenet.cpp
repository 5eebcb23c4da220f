#include "nn/mobilenet.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/relu6.h>
#include <torch/nn/modules/conv.h>

#include <array>
#include <string>

#include "nn/layers.h"

namespace scalemark::nn {
namespace {

constexpr std::int64_t kFirstChannels = 32;
constexpr std::int64_t kLastChannels = 1280;
constexpr double kLogitsDropout = 0.2;

/// A row of the paper's table 2.
struct BlockRow {
  std::int64_t expansion;
  std::int64_t channels;
  int blocks;
  std::int64_t stride;  ///< of the first block
};

constexpr std::array<BlockRow, 7> kRows{
    {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}};

/// relu6(norm(convolution(x)))
class ClippedConvolution final : public torch::nn::Module {
 public:
  ClippedConvolution(const ConvolutionShape& shape, const NormOptions& norm)
      : convolution_(make_convolution(shape, norm.batch_norm)), norm_(shape.out_channels, norm) {
    register_module("0", convolution_);
    norm_.register_in(*this, "1");
  }

  torch::Tensor forward(const torch::Tensor& x) {
    torch::Tensor y = norm_(convolution_->forward(x));
    return at::relu6_(y);
  }

 private:
  torch::nn::Conv2d convolution_;
  Norm norm_;
};

struct InvertedOptions {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t stride = 1;
  std::int64_t expansion = 1;
  NormOptions norm{};
};

/// An inverted residual (figure 3 of the paper): 1x1 to more channels, 3x3 within each channel, 1x1 to fewer, without a
/// ReLU behind; x is added where the shape stays.
class InvertedResidual final : public torch::nn::Module {
 public:
  explicit InvertedResidual(const InvertedOptions& options)
      : adds_input_(options.stride == 1 && options.in_channels == options.out_channels),
        projection_(make_convolution({options.in_channels * options.expansion, options.out_channels, 1, 1},
                                     options.norm.batch_norm)),
        projection_norm_(options.out_channels, options.norm) {
    const std::int64_t hidden = options.in_channels * options.expansion;
    const auto registered = register_module("conv", std::make_shared<torch::nn::Module>("conv"));
    if (options.expansion != 1) {
      widening_ =
          std::make_shared<ClippedConvolution>(ConvolutionShape{options.in_channels, hidden, 1, 1}, options.norm);
      registered->register_module("0", widening_);
    }
    depthwise_ =
        std::make_shared<ClippedConvolution>(ConvolutionShape{hidden, hidden, 3, options.stride, hidden}, options.norm);
    registered->register_module(widening_ ? "1" : "0", depthwise_);
    registered->register_module(widening_ ? "2" : "1", projection_);
    projection_norm_.register_in(*registered, widening_ ? "3" : "2");
  }

  torch::Tensor forward(const torch::Tensor& x) {
    const torch::Tensor hidden = depthwise_->forward(widening_ ? widening_->forward(x) : x);
    const torch::Tensor y = projection_norm_(projection_->forward(hidden));
    return adds_input_ ? y.add_(x) : y;
  }

 private:
  bool adds_input_;
  std::shared_ptr<ClippedConvolution> widening_, depthwise_;
  torch::nn::Conv2d projection_;
  Norm projection_norm_;
};

}  // namespace

MobileNetV2::MobileNetV2(int classes, const NormOptions& norm, bool checkpointing) : checkpointing_(checkpointing) {
  const auto registered = register_module("features", std::make_shared<torch::nn::Module>("features"));
  add_part(*registered, std::make_shared<ClippedConvolution>(ConvolutionShape{3, kFirstChannels, 3, 2}, norm));
  std::int64_t channels = kFirstChannels;
  for (const BlockRow& row : kRows) {
    for (int i = 0; i < row.blocks; ++i) {
      const InvertedOptions block{channels, row.channels, i == 0 ? row.stride : 1, row.expansion, norm};
      add_part(*registered, std::make_shared<InvertedResidual>(block));
      channels = row.channels;
    }
  }
  add_part(*registered, std::make_shared<ClippedConvolution>(ConvolutionShape{channels, kLastChannels, 1, 1}, norm));
  const auto classifier = register_module("classifier", std::make_shared<torch::nn::Module>("classifier"));
  classifier_ = classifier->register_module("1", torch::nn::Linear(kLastChannels, classes));
  initialize_convolutions(*this);
  initialize_linear_layers(*this);
}

template <typename Part>
void MobileNetV2::add_part(torch::nn::Module& registered, const std::shared_ptr<Part>& part) {
  registered.register_module(std::to_string(parts_.size()), part);
  parts_.push_back({[part](const torch::Tensor& x) { return part->forward(x); }, part->parameters()});
}

torch::Tensor MobileNetV2::forward(const torch::Tensor& images) {
  const bool checkpoints = checkpointing_ && is_training() && torch::GradMode::is_enabled();
  torch::Tensor x = images;
  for (const Segment& part : parts_) x = checkpoints ? checkpointed(part, x) : part.forward(x);
  const torch::Tensor features = at::adaptive_avg_pool2d(x, {1, 1}).flatten(1);
  return classifier_->forward(at::dropout(features, kLogitsDropout, is_training()));
}

}  // namespace scalemark::nn
