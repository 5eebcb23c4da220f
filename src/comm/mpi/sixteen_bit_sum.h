#pragma once

#include <mpi.h>

namespace scalemark::comm {

/// MPI sums of float16 and bfloat16, which MPI has no types for: 16-bit words on the wire, added in float32.
class SixteenBitSum {
 public:
  SixteenBitSum();
  ~SixteenBitSum();
  SixteenBitSum(const SixteenBitSum&) = delete;
  SixteenBitSum& operator=(const SixteenBitSum&) = delete;

  MPI_Op float16() const { return float16_; }
  MPI_Op bfloat16() const { return bfloat16_; }

 private:
  MPI_Op float16_ = MPI_OP_NULL;
  MPI_Op bfloat16_ = MPI_OP_NULL;
};

}  // namespace scalemark::comm
