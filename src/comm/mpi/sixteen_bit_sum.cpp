#include "comm/mpi/sixteen_bit_sum.h"

#include <cstddef>

#include "comm/mpi/element_sum.h"
#include "mpi/mpi_check.h"

namespace scalemark::comm {
namespace {

template <at::ScalarType dtype>
void add_into(void* in, void* inout, int* count, MPI_Datatype*) {
  auto* sum = static_cast<std::byte*>(inout);
  element_sum(dtype)(sum, sum, static_cast<const std::byte*>(in), *count);
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
