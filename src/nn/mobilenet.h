#pragma once

#include <torch/nn/modules/linear.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "nn/checkpoint.h"
#include "nn/network.h"
#include "nn/norm.h"

namespace scalemark::nn {

/// MobileNetV2 (Sandler et al. 2018) as torchvision builds it: the same names, the same order of parameters and, from
/// the same seed, the same weights. Depthwise convolutions do few operations for each value that they read and write.
/// Five strides of 2 stand in it whatever the image's size: of 32x32 pixels the last map is a single one.
class MobileNetV2 final : public Network {
 public:
  /// @param checkpointing  in training only the inputs of the blocks are kept; backward computes the rest again
  MobileNetV2(int classes, const NormOptions& norm, bool checkpointing);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  template <typename Part>
  void add_part(torch::nn::Module& registered, const std::shared_ptr<Part>& part);

  bool checkpointing_;
  std::vector<Segment> parts_;
  torch::nn::Linear classifier_{nullptr};
};

}  // namespace scalemark::nn
