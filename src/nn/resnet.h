#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "nn/network.h"
#include "nn/norm.h"
#include "nn/residual_block.h"

namespace scalemark::nn {

enum class Stem {
  kCifar,     ///< 3x3 convolution, stride 1 (He et al. 2016, section 4.2)
  kImageNet,  ///< 7x7 convolution and max-pooling, stride 2 each
};

struct ResNetOptions {
  BlockKind block = BlockKind::kBasic;
  std::array<std::int64_t, 4> depths{};  ///< blocks per stage
  std::int64_t stem_channels = 64;
  std::array<std::int64_t, 4> widths{64, 128, 256, 512};  ///< channels of each stage's 3x3 convolutions
  Stem stem = Stem::kCifar;
  int classes = 10;
  NormOptions norm{};
  bool checkpointing = false;  ///< in training only the blocks' inputs are kept; backward computes the rest again
  bool zero_init_residual =
      false;  ///< the last norm of each branch starts at 0: a block hands on its shortcut at first
};

/// A residual network (He et al. 2016) of four stages, as torchvision builds it: the same names, the same order of
/// parameters and, from the same seed and with the same widths, the same weights.
///
/// Checkpointing goes block by block. Longer segments keep less and recompute more at once: of the 224x224 network's
/// maps, which shrink from stage to stage, the recomputed ones of two early blocks weigh more than all blocks' inputs.
class ResNet final : public Network {
 public:
  explicit ResNet(const ResNetOptions& options);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  using Stage = std::vector<std::shared_ptr<ResidualBlock>>;

  /// Builds stage 0 to 3 and registers it as layer1 to layer4.
  Stage add_stage(const ResNetOptions& options, std::size_t index);

  torch::Tensor stem(const torch::Tensor& images);
  std::vector<torch::Tensor> stem_parameters() const;
  torch::Tensor checkpointed_features(const torch::Tensor& images);
  torch::Tensor logits(const torch::Tensor& features);

  Stem stem_;
  bool checkpointing_;
  torch::nn::Conv2d conv1_;
  Norm bn1_;
  std::vector<Stage> stages_;
  torch::nn::Linear fc_{nullptr};
};

}  // namespace scalemark::nn
