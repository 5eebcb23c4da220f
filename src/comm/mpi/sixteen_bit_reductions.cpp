#include "comm/mpi/sixteen_bit_reductions.h"

#include <cstddef>

#include "comm/mpi/element_reduction.h"
#include "mpi/mpi_check.h"

namespace scalemark::comm {
namespace {

template <at::ScalarType dtype, Reduction reduction>
void reduce_into(void* in, void* inout, int* count, MPI_Datatype*) {
  auto* made = static_cast<std::byte*>(inout);
  element_reduction(dtype, reduction)(made, made, static_cast<const std::byte*>(in), *count);
}

template <at::ScalarType dtype, Reduction reduction>
std::pair<const std::pair<at::ScalarType, Reduction>, MPI_Op> made_operation() {
  constexpr int kCommutative = 1;
  MPI_Op operation = MPI_OP_NULL;
  MPI_CHECK(MPI_Op_create(reduce_into<dtype, reduction>, kCommutative, &operation));
  return {{dtype, reduction}, operation};
}

}  // namespace

SixteenBitReductions::SixteenBitReductions() {
  operations_.insert(made_operation<at::kHalf, Reduction::kSum>());
  operations_.insert(made_operation<at::kHalf, Reduction::kProduct>());
  operations_.insert(made_operation<at::kHalf, Reduction::kMinimum>());
  operations_.insert(made_operation<at::kHalf, Reduction::kMaximum>());
  operations_.insert(made_operation<at::kBFloat16, Reduction::kSum>());
  operations_.insert(made_operation<at::kBFloat16, Reduction::kProduct>());
  operations_.insert(made_operation<at::kBFloat16, Reduction::kMinimum>());
  operations_.insert(made_operation<at::kBFloat16, Reduction::kMaximum>());
}

SixteenBitReductions::~SixteenBitReductions() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  for (auto& [key, operation] : operations_) {
    if (operation != MPI_OP_NULL && finalized == 0) MPI_Op_free(&operation);
  }
}

}  // namespace scalemark::comm
