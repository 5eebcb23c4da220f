#include "kernels/scaled_copies.h"

#include <ATen/ops/full.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>

#include <map>
#include <utility>

#include "kernels/scaled_copies_launcher.h"

namespace scalemark::kernels {
namespace {

bool has_kernel_value(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat || at::isReducedFloatingType(tensor.scalar_type());
}

/// Whether both are dense and their elements lie in the same order. The stride of an axis of one value says nothing.
bool lie_alike(const at::Tensor& from, const at::Tensor& to) {
  if (from.sizes() != to.sizes() || !from.is_non_overlapping_and_dense() || !to.is_non_overlapping_and_dense())
    return false;
  for (std::int64_t axis = 0; axis < from.dim(); ++axis) {
    if (from.size(axis) != 1 && from.stride(axis) != to.stride(axis)) return false;
  }
  return true;
}

bool takes(const ScaledCopiesLauncher& launcher, const ScaledCopy& copy) {
  return copy.from.device().type() == launcher.device_type() && copy.from.device() == copy.to.device() &&
         has_kernel_value(copy.from) && has_kernel_value(copy.to) && lie_alike(copy.from, copy.to);
}

void copy_by_operator(const ScaledCopy& copy, double factor) {
  at::Tensor to = copy.to;
  at::mul_out(to, copy.from, factor_between(to, copy.from.scalar_type(), factor));
}

/// Gathers copies of one pair of types into as few launches as they fit.
class CopyLaunches {
 public:
  CopyLaunches(const ScaledCopiesLauncher& launcher, at::ScalarType from, at::ScalarType to, double factor)
      : launcher_(launcher), from_(from), to_(to) {
    pass_.factor = static_cast<float>(factor);
  }

  void add(const ScaledCopy& copy) {
    if (copy.from.numel() == 0) return;
    if (pass_.count == kMostCopies) launch();
    pass_.parts[pass_.count++] = {copy.from.const_data_ptr(), copy.to.mutable_data_ptr(), copy.from.numel(),
                                  pass_.blocks};
    pass_.blocks += static_cast<int>(blocks_of_copy(copy.from.numel()));
  }

  void launch() {
    if (pass_.count > 0) launcher_.run(from_, to_, pass_);
    pass_.count = 0;
    pass_.blocks = 0;
  }

 private:
  const ScaledCopiesLauncher& launcher_;
  at::ScalarType from_, to_;
  ScaledCopiesPass pass_;
};

}  // namespace

// A number's type counts for nothing beside that of `from`: the product would be rounded to 16 bits, and then to the
// type of `to`. As a tensor of one dimension it counts.
at::Tensor factor_between(const at::Tensor& to, at::ScalarType from, double factor) {
  if (at::isReducedFloatingType(from) && from != to.scalar_type()) {
    const auto computed_in = to.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    return at::full({1}, factor, to.options().dtype(computed_in).requires_grad(false));
  }
  return at::scalar_tensor(factor, at::kDouble);
}

void scaled_copies_by(const ScaledCopiesLauncher& launcher, const std::vector<ScaledCopy>& copies, double factor) {
  std::map<std::pair<at::ScalarType, at::ScalarType>, CopyLaunches> launches;
  for (const ScaledCopy& copy : copies) {
    if (!takes(launcher, copy)) {
      copy_by_operator(copy, factor);
      continue;
    }
    const std::pair types{copy.from.scalar_type(), copy.to.scalar_type()};
    launches.try_emplace(types, launcher, types.first, types.second, factor).first->second.add(copy);
  }
  for (auto& [types, of_types] : launches) of_types.launch();
}

void scaled_copies(const std::vector<ScaledCopy>& copies, double factor) {
  const auto* launcher = copies.empty() || !copies.front().to.is_cuda() ? nullptr : cuda_scaled_copies_launcher();
  if (launcher != nullptr) return scaled_copies_by(*launcher, copies, factor);
  for (const ScaledCopy& copy : copies) copy_by_operator(copy, factor);
}

}  // namespace scalemark::kernels
