#include "comm/mpi/element_sum.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>

namespace scalemark::comm {
namespace {

// Through an array of their own, because the compiler must expect that `out` overlaps: it then uses vectors even where
// `out` is `a`.
template <typename Element>
void add(std::byte* out_bytes, const std::byte* a_bytes, const std::byte* b_bytes, std::int64_t count) {
  constexpr std::int64_t kAtOnce = 16;
  auto* out = reinterpret_cast<Element*>(out_bytes);
  const auto* a = reinterpret_cast<const Element*>(a_bytes);
  const auto* b = reinterpret_cast<const Element*>(b_bytes);
  std::int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    std::array<Element, kAtOnce> sum;
    for (std::int64_t j = 0; j < kAtOnce; ++j) sum[static_cast<std::size_t>(j)] = a[i + j] + b[i + j];
    for (std::int64_t j = 0; j < kAtOnce; ++j) out[i + j] = sum[static_cast<std::size_t>(j)];
  }
  for (; i < count; ++i) out[i] = a[i] + b[i];
}

// ATen's addition of 16-bit floats has the vector units of the machine. In pieces below the size at which it would
// share the work out over threads.
template <at::ScalarType dtype>
void add_sixteen_bit(std::byte* out, const std::byte* a, const std::byte* b, std::int64_t count) {
  constexpr std::int64_t kAtOnce = 16384;
  constexpr std::int64_t kBytes = 2;
  const c10::InferenceMode no_bookkeeping;
  const auto piece = [&](const std::byte* data, std::int64_t first, std::int64_t length) {
    return at::from_blob(const_cast<std::byte*>(data) + first * kBytes, {length}, dtype);
  };
  for (std::int64_t first = 0; first < count; first += kAtOnce) {
    const std::int64_t length = std::min(kAtOnce, count - first);
    at::Tensor sum = piece(out, first, length);
    at::add_out(sum, piece(a, first, length), piece(b, first, length));
  }
}

}  // namespace

ElementSum element_sum(at::ScalarType dtype) {
  switch (dtype) {
    case at::kDouble:
      return add<double>;
    case at::kFloat:
      return add<float>;
    case at::kLong:
      return add<std::int64_t>;
    case at::kHalf:
      return add_sixteen_bit<at::kHalf>;
    case at::kBFloat16:
      return add_sixteen_bit<at::kBFloat16>;
    default:
      TORCH_CHECK(false, "the MPI communicator does not reduce tensors of dtype ", dtype);
  }
}

}  // namespace scalemark::comm
