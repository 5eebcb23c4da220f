#include "nn/norm_kernels.h"

namespace scalemark::nn {

const NormKernels* cuda_norm_kernels() { return nullptr; }

}  // namespace scalemark::nn
