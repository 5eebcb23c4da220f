#pragma once

#include <vector>

#include "optim/optimizer.h"
#include "optim/parameter_list.h"

namespace scalemark::optim {

struct SgdOptions {
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// Stochastic gradient descent as torch.optim.SGD with dampening 0.
class Sgd final : public Optimizer {
 public:
  Sgd(const SgdOptions& options, std::vector<at::Tensor> parameters);

  std::vector<at::Tensor> state() override { return momentum_buffers_; }
  bool waits_to_skip() const override { return way_ == Way::kLists; }

 private:
  enum class Way { kOwnLoop, kFusedKernel, kLists };

  static Way way_for(const std::vector<at::Tensor>& parameters);
  void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) override;
  void step_on_cpu(const Rate& learning_rate);
  void step_fused(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite);
  void step_by_lists(const Rate& learning_rate);

  SgdOptions options_;
  ParameterList list_;
  std::vector<at::Tensor> momentum_buffers_;  // empty where momentum is 0
  Way way_;
};

}  // namespace scalemark::optim
