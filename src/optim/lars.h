#pragma once

#include <vector>

#include "optim/optimizer.h"
#include "optim/parameter_list.h"

namespace scalemark::optim {

struct LarsOptions {
  double momentum = 0;
  double weight_decay = 0;
};

/// Layer-wise adaptive rate scaling (You, Gitman and Ginsburg 2017, "Large batch training of convolutional networks",
/// algorithm 1): SGD with momentum, in which each weight's rate is multiplied by
///
///     0.001 |weight| / (|gradient| + weight_decay |weight|)
///
/// so that no update is large beside what it changes. As in MLPerf's reference implementation, parameters of one
/// dimension (biases, and weights of norms) have the plain rate, and so has what is all zeros or has a gradient of
/// zeros.
class Lars final : public Optimizer {
 public:
  Lars(const LarsOptions& options, std::vector<at::Tensor> parameters);

  std::vector<at::Tensor> state() override { return momentum_buffers_; }
  bool waits_to_skip() const override { return true; }

 private:
  void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) override;
  /// [matrix], on the device
  at::Tensor trust_ratios(const std::vector<at::Tensor>& gradients) const;
  void scale(const std::vector<at::Tensor>& updates, const std::vector<at::Tensor>& gradients, const Rate& rate) const;

  LarsOptions options_;
  ParameterList list_;
  std::vector<at::Tensor> momentum_buffers_;  // the rate is in them, as in the paper
};

}  // namespace scalemark::optim
