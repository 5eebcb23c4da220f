#include "comm/mpi/element_reduction.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>

namespace scalemark::comm {
namespace {

template <Reduction reduction, typename Element>
Element reduced(Element a, Element b) {
  if constexpr (reduction == Reduction::kProduct) return a * b;
  if constexpr (reduction == Reduction::kMinimum) return a < b ? a : b;
  if constexpr (reduction == Reduction::kMaximum) return a < b ? b : a;
  return a + b;
}

// Through an array of their own, because the compiler must expect that `out` overlaps: it then uses vectors even where
// `out` is `a`.
template <Reduction reduction, typename Element>
void reduce(std::byte* out_bytes, const std::byte* a_bytes, const std::byte* b_bytes, std::int64_t count) {
  constexpr std::int64_t kAtOnce = 16;
  auto* out = reinterpret_cast<Element*>(out_bytes);
  const auto* a = reinterpret_cast<const Element*>(a_bytes);
  const auto* b = reinterpret_cast<const Element*>(b_bytes);
  std::int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    std::array<Element, kAtOnce> made;
    for (std::int64_t j = 0; j < kAtOnce; ++j)
      made[static_cast<std::size_t>(j)] = reduced<reduction>(a[i + j], b[i + j]);
    for (std::int64_t j = 0; j < kAtOnce; ++j) out[i + j] = made[static_cast<std::size_t>(j)];
  }
  for (; i < count; ++i) out[i] = reduced<reduction>(a[i], b[i]);
}

template <Reduction reduction>
void reduce_tensors(at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  if constexpr (reduction == Reduction::kProduct) {
    at::mul_out(out, a, b);
  } else if constexpr (reduction == Reduction::kMinimum) {
    at::minimum_out(out, a, b);
  } else if constexpr (reduction == Reduction::kMaximum) {
    at::maximum_out(out, a, b);
  } else {
    at::add_out(out, a, b);
  }
}

// ATen's operations on 16-bit floats have the vector units of the machine. In pieces below the size at which it would
// share the work out over threads.
template <Reduction reduction, at::ScalarType dtype>
void reduce_sixteen_bit(std::byte* out, const std::byte* a, const std::byte* b, std::int64_t count) {
  constexpr std::int64_t kAtOnce = 16384;
  constexpr std::int64_t kBytes = 2;
  const c10::InferenceMode no_bookkeeping;
  const auto piece = [&](const std::byte* data, std::int64_t first, std::int64_t length) {
    return at::from_blob(const_cast<std::byte*>(data) + first * kBytes, {length}, dtype);
  };
  for (std::int64_t first = 0; first < count; first += kAtOnce) {
    const std::int64_t length = std::min(kAtOnce, count - first);
    at::Tensor made = piece(out, first, length);
    reduce_tensors<reduction>(made, piece(a, first, length), piece(b, first, length));
  }
}

template <Reduction reduction>
ElementReduction of_dtype(at::ScalarType dtype) {
  switch (dtype) {
    case at::kDouble:
      return reduce<reduction, double>;
    case at::kFloat:
      return reduce<reduction, float>;
    case at::kLong:
      return reduce<reduction, std::int64_t>;
    case at::kHalf:
      return reduce_sixteen_bit<reduction, at::kHalf>;
    case at::kBFloat16:
      return reduce_sixteen_bit<reduction, at::kBFloat16>;
    default:
      TORCH_CHECK(false, "the MPI communicator does not reduce tensors of dtype ", dtype);
  }
}

}  // namespace

ElementReduction element_reduction(at::ScalarType dtype, Reduction reduction) {
  switch (reduction) {
    case Reduction::kProduct:
      return of_dtype<Reduction::kProduct>(dtype);
    case Reduction::kMinimum:
      return of_dtype<Reduction::kMinimum>(dtype);
    case Reduction::kMaximum:
      return of_dtype<Reduction::kMaximum>(dtype);
    default:
      return of_dtype<Reduction::kSum>(dtype);
  }
}

}  // namespace scalemark::comm
