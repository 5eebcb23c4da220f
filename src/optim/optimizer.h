#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace scalemark::optim {

struct OptimizerOptions {
  std::string name = "sgd";
  double momentum = 0.9;  ///< of sgd and sgd-nesterov; adam and adamw keep torch.optim's betas, 0.9 and 0.999
  double weight_decay = 0;
};

/// Updates parameters from their gradients by LibTorch's fused multi-tensor kernels.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One update at this rate. Every parameter must have a gradient.
  virtual void step(double learning_rate) = 0;

  /// The state's tensors, in a fixed order: a snapshot copies them and a restore writes into them.
  virtual std::vector<at::Tensor> state() = 0;
};

/// @throws InputError for a name that is not in optimizer_names().
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, std::vector<at::Tensor> parameters);

std::vector<std::string> optimizer_names();

}  // namespace scalemark::optim
