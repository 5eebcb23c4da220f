#pragma once

namespace scalemark::kernels {

/// What follows batch norm and is computed in the same pass over memory.
enum class NormTail { kNothing, kRelu, kAddRelu };

}  // namespace scalemark::kernels
