#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "nn/network.h"
#include "nn/norm.h"

namespace scalemark::nn {

struct VggOptions {
  std::int64_t hidden = 4096;  ///< features of the two hidden linear layers, which hold most of all weights
  int classes = 10;
  NormOptions norm{.batch_norm = false};
  bool checkpointing = false;  ///< in training only the inputs of the five stages are kept
};

/// VGG-16 (Simonyan and Zisserman 2015, configuration D) as torchvision builds it: the same names, the same order of
/// parameters and, from the same seed, the same weights. Convolutions have a bias with batch norm too.
class Vgg final : public Network {
 public:
  static constexpr int kSmallestImage = 32;  ///< pixels per side, which five poolings halve

  explicit Vgg(const VggOptions& options);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  struct Layer {
    torch::nn::Conv2d convolution;
    Norm norm;
  };
  using Stage = std::vector<Layer>;  // of one size of map

  void add_features(const NormOptions& norm);
  void add_classifier(const VggOptions& options);
  static torch::Tensor through(Stage& stage, const torch::Tensor& x);
  torch::Tensor checkpointed_through(Stage& stage, const torch::Tensor& x);
  torch::Tensor logits(const torch::Tensor& features);

  bool checkpointing_;
  std::vector<Stage> stages_;
  torch::nn::Linear hidden1_{nullptr}, hidden2_{nullptr}, last_{nullptr};
};

}  // namespace scalemark::nn
