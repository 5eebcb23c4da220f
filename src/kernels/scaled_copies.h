#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace scalemark::kernels {

class ScaledCopiesLauncher;

/// One of a list of copies: `to` becomes `from` times a factor.
struct ScaledCopy {
  at::Tensor from, to;  ///< of one shape and device
};

/// What at::mul_out(to, from, ...) is given so that it computes in fp32 at least and rounds once, to the type of `to`.
at::Tensor factor_between(const at::Tensor& to, at::ScalarType from, double factor);

/// Makes all the copies, with the bits of at::mul_out(to, from, factor_between(...)). On a GPU one launch takes up to
/// kMostCopies of them, for each pair of types among float32, bfloat16 and float16; whatever else there is, and all on
/// a CPU, is left to LibTorch, which launches each by itself.
void scaled_copies(const std::vector<ScaledCopy>& copies, double factor);

/// The same with a launcher, for the copies that it takes.
void scaled_copies_by(const ScaledCopiesLauncher& launcher, const std::vector<ScaledCopy>& copies, double factor);

}  // namespace scalemark::kernels
