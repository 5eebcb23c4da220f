#include "nn/cross_entropy_launcher.h"
#include "nn/norm_kernels.h"

namespace scalemark::nn {

const CrossEntropyLauncher* cuda_cross_entropy_launcher() { return nullptr; }
const NormKernels* cuda_norm_kernels() { return nullptr; }

}  // namespace scalemark::nn
