#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "nn/network.h"
#include "nn/norm.h"
#include "nn/reversible_unit.h"

namespace scalemark::nn {

struct RevNetOptions {
  std::array<std::int64_t, 3> units{};  ///< per group
  int classes = 10;
  NormOptions norm{};
  bool recompute = true;  ///< false: activations are stored as in any network, to compare with
};

/// A reversible residual network (Gomez et al. 2017) as the figures in results/published/revnet-memory.csv have it: 3x3
/// stem, three groups of 32, 64 and 112 channels, ReLU and mean before the linear layer.
class RevNet final : public Network {
 public:
  explicit RevNet(const RevNetOptions& options);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  using Units = std::vector<std::shared_ptr<ReversibleUnit>>;

  /// Builds group 0 to 2 and registers it as group1 to group3.
  void add_group(const RevNetOptions& options, std::size_t index);
  Halves through(const Units& units, const Halves& x) const;

  bool recompute_;
  torch::nn::Conv2d conv1_;
  Norm bn1_;
  std::vector<Units> runs_;  // of units that are reversible, or single ones that are not
  torch::nn::Linear fc_{nullptr};
};

}  // namespace scalemark::nn
