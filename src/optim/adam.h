#pragma once

#include <vector>

#include "optim/optimizer.h"
#include "optim/parameter_list.h"

namespace scalemark::optim {

enum class WeightDecay {
  kInGradient,  ///< Adam (Kingma and Ba 2015)
  kDecoupled,   ///< AdamW (Loshchilov and Hutter 2019)
};

/// Adam and AdamW as torch.optim has them, with its betas 0.9 and 0.999 and its epsilon 1e-8.
class Adam final : public Optimizer {
 public:
  Adam(WeightDecay kind, double weight_decay, std::vector<at::Tensor> parameters);

  std::vector<at::Tensor> state() override;
  bool waits_to_skip() const override { return false; }

 private:
  void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) override;
  WeightDecay kind_;
  double weight_decay_;
  ParameterList list_;
  std::vector<at::Tensor> first_moments_;
  std::vector<at::Tensor> second_moments_;
  std::vector<at::Tensor> step_counts_;  // one tensor, listed once per parameter as the kernels want it
};

}  // namespace scalemark::optim
