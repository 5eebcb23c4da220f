#include "optim/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <c10/util/StringUtil.h>

#include <utility>

#include "core/error.h"
#include "core/registered_names.h"
#include "optim/adadelta.h"
#include "optim/adagrad.h"
#include "optim/adam.h"
#include "optim/lars.h"
#include "optim/parameter_groups.h"
#include "optim/sgd.h"

namespace scalemark::optim {

void Optimizer::step(const Rate& learning_rate) {
  const at::NoGradGuard no_grad;
  update(learning_rate, std::nullopt);
}

void Optimizer::step(const Rate& learning_rate, const at::Tensor& non_finite) {
  const at::NoGradGuard no_grad;
  update(learning_rate, non_finite);
}

bool Optimizer::is_skipped(const std::optional<at::Tensor>& non_finite) {
  return non_finite && non_finite->item<float>() != 0;
}

namespace {

std::unique_ptr<Optimizer> make_by_name(const OptimizerOptions& options, std::vector<at::Tensor> parameters) {
  const std::string& name = options.name;
  if (name == "sgd") {
    return std::make_unique<Sgd>(SgdOptions{options.momentum, options.weight_decay, false}, std::move(parameters));
  }
  if (name == "sgd-nesterov") {
    if (options.momentum <= 0) {
      throw InputError(c10::str("train.momentum: sgd-nesterov needs a momentum above 0, but it is ", options.momentum));
    }
    return std::make_unique<Sgd>(SgdOptions{options.momentum, options.weight_decay, true}, std::move(parameters));
  }
  if (name == "adagrad") return std::make_unique<Adagrad>(options.weight_decay, std::move(parameters));
  if (name == "adadelta") return std::make_unique<Adadelta>(options.weight_decay, std::move(parameters));
  if (name == "adam") {
    return std::make_unique<Adam>(WeightDecay::kInGradient, options.weight_decay, std::move(parameters));
  }
  if (name == "adamw") {
    return std::make_unique<Adam>(WeightDecay::kDecoupled, options.weight_decay, std::move(parameters));
  }
  if (name == "lars") {
    return std::make_unique<Lars>(LarsOptions{options.momentum, options.weight_decay}, std::move(parameters));
  }
  throw InputError(
      c10::str("train.optimizer: no optimizer is called '", name, "'; there are: ", c10::Join(", ", kOptimizerNames)));
}

/// Weight decay on matrices alone.
std::unique_ptr<Optimizer> make_in_groups(const OptimizerOptions& options, const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> matrices, vectors;
  for (const auto& parameter : parameters) (parameter.dim() > 1 ? matrices : vectors).push_back(parameter);
  OptimizerOptions without_decay = options;
  without_decay.weight_decay = 0;
  std::vector<std::unique_ptr<Optimizer>> groups;
  if (!matrices.empty()) groups.push_back(make_by_name(options, std::move(matrices)));
  if (!vectors.empty()) groups.push_back(make_by_name(without_decay, std::move(vectors)));
  return std::make_unique<ParameterGroups>(std::move(groups));
}

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, std::vector<at::Tensor> parameters) {
  const bool in_groups = !options.decays_vectors && options.weight_decay != 0;
  return in_groups ? make_in_groups(options, parameters) : make_by_name(options, std::move(parameters));
}

}  // namespace scalemark::optim
