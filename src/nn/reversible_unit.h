#pragma once

#include <torch/nn/modules/conv.h>

#include <cstdint>
#include <memory>

#include "nn/norm.h"

namespace scalemark::nn {

/// A feature map in two halves of its channels.
struct Halves {
  torch::Tensor first, second;
};

struct UnitOptions {
  std::int64_t in_channels = 0;   ///< of both halves together
  std::int64_t out_channels = 0;  ///< of both halves together
  std::int64_t stride = 1;
  bool leading_norm = true;  ///< F begins with batch norm and ReLU; not where its input was normalised just before
  NormOptions norm{};
};

/// [BN, ReLU,] 3x3 convolution, BN, ReLU, 3x3 convolution, both with bias.
class UnitBranch final : public torch::nn::Module {
 public:
  /// @param options  with the channels of one half
  explicit UnitBranch(const UnitOptions& options);

  torch::Tensor forward(const torch::Tensor& x);

 private:
  bool leading_norm_;
  Norm bn1_, bn2_;
  torch::nn::Conv2d conv1_, conv2_;
};

/// The unit of a RevNet (Gomez et al. 2017, figure 2): y1 = x1 + F(x2), y2 = x2 + G(y1). Where it changes the shape, x1
/// and x2 are averaged over stride x stride pixels and filled up with channels of zeros: no parameters.
class ReversibleUnit final : public torch::nn::Module {
 public:
  explicit ReversibleUnit(const UnitOptions& options);

  Halves forward(const Halves& x);

  /// Whether the input follows from the output: not where the shape changes.
  bool is_reversible() const { return stride_ == 1 && new_channels_ == 0; }

  UnitBranch& f() { return *f_; }
  UnitBranch& g() { return *g_; }

 private:
  torch::Tensor shortcut(const torch::Tensor& x) const;

  std::int64_t stride_;
  std::int64_t new_channels_;  // of a half
  std::shared_ptr<UnitBranch> f_, g_;
};

}  // namespace scalemark::nn
