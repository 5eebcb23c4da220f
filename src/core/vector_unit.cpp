#include "core/vector_unit.h"

namespace scalemark {

VectorUnit best_vector_unit() {
#if defined(__x86_64__)
  const bool has_avx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
  if (has_avx512) return VectorUnit::kAvx512;
  // Every processor with FMA has F16C, which GCC 12 cannot ask for.
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return VectorUnit::kAvx2;
#endif
  return VectorUnit::kAny;
}

}  // namespace scalemark
