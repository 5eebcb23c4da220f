#include "comm/sixteen_bit_sum.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstdint>

#include "comm/mpi_check.h"

namespace scalemark::comm {
namespace {

// Below the size at which ATen would share the work out: MPI may call from a thread that must not start a team.
constexpr std::int64_t kElementsAtOnce = 16384;

// ATen's addition of 16-bit floats computes in float32 and rounds once, with the vector units of the machine.
template <at::ScalarType dtype>
void add_into(void* in, void* inout, int* count, MPI_Datatype*) {
  auto* addend = static_cast<std::uint16_t*>(in);
  auto* sum = static_cast<std::uint16_t*>(inout);
  for (std::int64_t first = 0; first < *count; first += kElementsAtOnce) {
    const std::int64_t length = std::min(kElementsAtOnce, *count - first);
    at::from_blob(sum + first, {length}, dtype).add_(at::from_blob(addend + first, {length}, dtype));
  }
}

void free_operation(MPI_Op& operation) {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (operation != MPI_OP_NULL && finalized == 0) MPI_Op_free(&operation);
}

}  // namespace

SixteenBitSum::SixteenBitSum() {
  constexpr int kCommutative = 1;
  MPI_CHECK(MPI_Op_create(add_into<at::kHalf>, kCommutative, &float16_));
  MPI_CHECK(MPI_Op_create(add_into<at::kBFloat16>, kCommutative, &bfloat16_));
}

SixteenBitSum::~SixteenBitSum() {
  free_operation(float16_);
  free_operation(bfloat16_);
}

}  // namespace scalemark::comm
