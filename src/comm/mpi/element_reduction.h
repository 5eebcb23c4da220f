#pragma once

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>

#include "comm/reduction.h"

namespace scalemark::comm {

/// out[i] = a[i] + b[i], or another reduction, for `count` elements; `out` may be `a` or `b`. 16-bit floats are reduced
/// in float32 and rounded once. Starts no threads, so that it may be called from any.
using ElementReduction = void (*)(std::byte* out, const std::byte* a, const std::byte* b, std::int64_t count);

/// @param reduction  an average is a sum here: who has it divides.
/// @throws c10::Error for a dtype that is not reduced.
ElementReduction element_reduction(at::ScalarType dtype, Reduction reduction = Reduction::kSum);

}  // namespace scalemark::comm
