#include "optim/adadelta.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>

#include <utility>

namespace scalemark::optim {
namespace {

constexpr double kRho = 0.9;
constexpr double kAdadeltaEpsilon = 1e-6;

std::vector<at::Tensor> root_of_sum(const std::vector<at::Tensor>& squares) {
  auto roots = at::_foreach_add(squares, kAdadeltaEpsilon);
  at::_foreach_sqrt_(roots);
  return roots;
}

void move_mean(const std::vector<at::Tensor>& mean, const std::vector<at::Tensor>& values) {
  at::_foreach_mul_(mean, kRho);
  at::_foreach_addcmul_(mean, values, values, 1 - kRho);
}

}  // namespace

Adadelta::Adadelta(double weight_decay, std::vector<at::Tensor> parameters)
    : weight_decay_(weight_decay),
      list_(std::move(parameters)),
      squared_gradients_(list_.zeros()),
      squared_updates_(list_.zeros()) {}

void Adadelta::update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  if (is_skipped(non_finite)) return;
  const auto gradients = at::_foreach_add(list_.gradients(), list_.parameters(), weight_decay_);
  move_mean(squared_gradients_, gradients);
  auto updates = root_of_sum(squared_updates_);
  at::_foreach_div_(updates, root_of_sum(squared_gradients_));
  at::_foreach_mul_(updates, gradients);
  move_mean(squared_updates_, updates);
  list_.descend(learning_rate, std::move(updates));
}

std::vector<at::Tensor> Adadelta::state() {
  std::vector<at::Tensor> state = squared_gradients_;
  state.insert(state.end(), squared_updates_.begin(), squared_updates_.end());
  return state;
}

}  // namespace scalemark::optim
