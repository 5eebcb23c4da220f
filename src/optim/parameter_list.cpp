#include "optim/parameter_list.h"

#include <ATen/Functions.h>
#include <c10/util/StringUtil.h>

#include <stdexcept>
#include <utility>

namespace scalemark::optim {
namespace {

at::Tensor in_layout_of(const at::Tensor& parameter, const at::Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) {
    return gradient;
  }
  return at::empty_strided(parameter.sizes(), parameter.strides(), gradient.options()).copy_(gradient);
}

}  // namespace

ParameterList::ParameterList(std::vector<at::Tensor> parameters) : parameters_(std::move(parameters)) {}

std::vector<at::Tensor> ParameterList::gradients() const {
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined()) {
      throw std::logic_error(
          c10::str("optimizer: parameter ", i, " of ", parameters_.size(), " has no gradient; run backward first"));
    }
    gradients.push_back(in_layout_of(parameters_[i], gradient));
  }
  return gradients;
}

void ParameterList::descend(const Rate& rate, std::vector<at::Tensor> directions) const {
  if (const double* number = std::get_if<double>(&rate)) {
    at::_foreach_add_(parameters_, directions, -*number);
    return;
  }
  at::_foreach_mul_(directions, std::get<at::Tensor>(rate));
  at::_foreach_sub_(parameters_, directions);
}

std::vector<at::Tensor> ParameterList::zeros() const {
  std::vector<at::Tensor> zeros;
  zeros.reserve(parameters_.size());
  for (const at::Tensor& parameter : parameters_) {
    zeros.push_back(at::zeros_like(parameter.detach(), at::MemoryFormat::Preserve));
  }
  return zeros;
}

}  // namespace scalemark::optim
