#pragma once

#include <vector>

#include "optim/optimizer.h"
#include "optim/parameter_list.h"

namespace scalemark::optim {

/// Adagrad (Duchi, Hazan and Singer 2011) as torch.optim has it, with its epsilon 1e-10 and no decay of the rate.
class Adagrad final : public Optimizer {
 public:
  Adagrad(double weight_decay, std::vector<at::Tensor> parameters);

  std::vector<at::Tensor> state() override { return sums_; }
  bool waits_to_skip() const override { return !fused_; }

 private:
  void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) override;
  void step_fused(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite);
  void step_by_lists(const Rate& learning_rate);

  double weight_decay_;
  ParameterList list_;
  std::vector<at::Tensor> sums_;         // of the squared gradients
  std::vector<at::Tensor> step_counts_;  // the kernel asks for them; without decay of the rate nothing depends on them
  bool fused_;
};

}  // namespace scalemark::optim
