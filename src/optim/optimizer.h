#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "optim/rate.h"

namespace scalemark::optim {

struct OptimizerOptions {
  std::string name = "sgd";
  double momentum = 0.9;  ///< of sgd, sgd-nesterov and lars; the others keep torch.optim's constants
  double weight_decay = 0;
  bool decays_vectors = true;  ///< false: weight decay leaves parameters of one dimension alone: biases and norms
};

/// Updates parameters from their gradients, by LibTorch's fused multi-tensor kernels where it has them.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One update at this rate. Every parameter must have a gradient.
  void step(const Rate& learning_rate);

  /// The same, unless `non_finite` (a float scalar on the parameters' device) is 1: parameters and state then stay as
  /// they are. Fused kernels read it on the device, so that the host waits for nothing.
  void step(const Rate& learning_rate, const at::Tensor& non_finite);

  /// Whether a step that may be left out makes the host wait for the device: where no fused kernel does it.
  virtual bool waits_to_skip() const = 0;

  /// The state's tensors, in a fixed order: a snapshot copies them and a restore writes into them.
  virtual std::vector<at::Tensor> state() = 0;

 protected:
  /// Whether an update that no fused kernel does is to be left out. Waits for the device.
  static bool is_skipped(const std::optional<at::Tensor>& non_finite);

 private:
  virtual void update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) = 0;
};

/// @throws InputError for a name that is not in kOptimizerNames.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, std::vector<at::Tensor> parameters);

}  // namespace scalemark::optim
