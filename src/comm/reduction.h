#pragma once

namespace scalemark::comm {

/// What a reducing collective makes of the ranks' elements. Gradients are summed; the others are for measurements.
enum class Reduction { kSum, kProduct, kMinimum, kMaximum, kAverage };

}  // namespace scalemark::comm
