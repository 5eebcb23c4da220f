#pragma once

#include <memory>
#include <vector>

#include "optim/optimizer.h"

namespace scalemark::optim {

/// Optimizers that each have parameters of their own, as one: what torch.optim calls parameter groups.
class ParameterGroups final : public Optimizer {
 public:
  explicit ParameterGroups(std::vector<std::unique_ptr<Optimizer>> groups);

  std::vector<at::Tensor> state() override;
  bool waits_to_skip() const override;

 private:
  void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) override;

  std::vector<std::unique_ptr<Optimizer>> groups_;
};

}  // namespace scalemark::optim
