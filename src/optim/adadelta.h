#pragma once

#include <vector>

#include "optim/optimizer.h"
#include "optim/parameter_list.h"

namespace scalemark::optim {

/// Adadelta (Zeiler 2012) as torch.optim has it, with its rho 0.9 and epsilon 1e-6. LibTorch has no fused kernel of it.
class Adadelta final : public Optimizer {
 public:
  Adadelta(double weight_decay, std::vector<at::Tensor> parameters);

  std::vector<at::Tensor> state() override;
  bool waits_to_skip() const override { return true; }

 private:
  void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) override;
  double weight_decay_;
  ParameterList list_;
  std::vector<at::Tensor> squared_gradients_;  // running means
  std::vector<at::Tensor> squared_updates_;
};

}  // namespace scalemark::optim
