#pragma once

#include <c10/core/ScalarType.h>
#include <mpi.h>

#include <map>
#include <utility>

#include "comm/reduction.h"

namespace scalemark::comm {

/// MPI's reductions of float16 and bfloat16, which MPI has no types for: 16-bit words on the wire, reduced in float32.
class SixteenBitReductions {
 public:
  SixteenBitReductions();
  ~SixteenBitReductions();
  SixteenBitReductions(const SixteenBitReductions&) = delete;
  SixteenBitReductions& operator=(const SixteenBitReductions&) = delete;

  /// @param reduction  none that divides.
  MPI_Op operation(at::ScalarType dtype, Reduction reduction) const { return operations_.at({dtype, reduction}); }

 private:
  std::map<std::pair<at::ScalarType, Reduction>, MPI_Op> operations_;
};

}  // namespace scalemark::comm
