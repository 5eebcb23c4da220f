#pragma once

// Loops that are written once, compiled for several vector units, and run on the widest that the processor has. A loop
// is a function that is inlined into whatever runs it; along plain arrays, so that the compiler vectorises it.

/// Inlined whatever the caller is compiled for.
#define SCALEMARK_INLINE [[gnu::always_inline]] inline

// What the functions that run loops are compiled for.
#if defined(__x86_64__)
#define SCALEMARK_AVX2 [[gnu::target("avx2,fma,f16c")]]
#define SCALEMARK_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c")]]
#else
#define SCALEMARK_AVX2
#define SCALEMARK_AVX512
#endif

namespace scalemark {

/// The vector instructions that a loop may use.
enum class VectorUnit { kAny, kAvx2, kAvx512 };

/// The widest one of this processor.
VectorUnit best_vector_unit();

template <auto loop, typename... Arguments>
SCALEMARK_AVX512 void run_with_avx512(Arguments... arguments) {
  loop(arguments...);
}

template <auto loop, typename... Arguments>
SCALEMARK_AVX2 void run_with_avx2(Arguments... arguments) {
  loop(arguments...);
}

/// loop(arguments ...), compiled for `unit`.
template <auto loop, typename... Arguments>
void run_loop(VectorUnit unit, Arguments... arguments) {
  if (unit == VectorUnit::kAvx512) return run_with_avx512<loop>(arguments...);
  if (unit == VectorUnit::kAvx2) return run_with_avx2<loop>(arguments...);
  loop(arguments...);
}

}  // namespace scalemark
