#include "optim/parameter_groups.h"

#include <algorithm>
#include <utility>

namespace scalemark::optim {

ParameterGroups::ParameterGroups(std::vector<std::unique_ptr<Optimizer>> groups) : groups_(std::move(groups)) {}

void ParameterGroups::update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  for (const auto& group : groups_) {
    non_finite ? group->step(learning_rate, *non_finite) : group->step(learning_rate);
  }
}

std::vector<at::Tensor> ParameterGroups::state() {
  std::vector<at::Tensor> state;
  for (const auto& group : groups_) {
    for (auto& tensor : group->state()) state.push_back(std::move(tensor));
  }
  return state;
}

bool ParameterGroups::waits_to_skip() const {
  return std::ranges::any_of(groups_, [](const auto& group) { return group->waits_to_skip(); });
}

}  // namespace scalemark::optim
