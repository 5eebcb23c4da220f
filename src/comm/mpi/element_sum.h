#pragma once

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>

namespace scalemark::comm {

/// out[i] = a[i] + b[i] for `count` elements; `out` may be `a` or `b`. 16-bit floats are added in float32 and rounded
/// once. Starts no threads, so that it may be called from any.
using ElementSum = void (*)(std::byte* out, const std::byte* a, const std::byte* b, std::int64_t count);

/// @throws c10::Error for a dtype that is not reduced.
ElementSum element_sum(at::ScalarType dtype);

}  // namespace scalemark::comm
