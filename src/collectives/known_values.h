#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "collectives/operation.h"

namespace scalemark::collectives {

/// Fills the buffers: the inputs with what rank and index alone decide, the outputs with what no result is.
///
/// The values make results that are exact in every dtype, bfloat16 included, in any order. Of a sum they are whole
/// numbers from -2 to 2 (exact over up to 128 ranks for certain, and over thousands but for freaks of chance); of a
/// product 1 and -1, and 2 on at most one rank; of a minimum or maximum whole numbers from -127 to 127. An average of
/// floating-point numbers has the sum's values, and is compared within what its roundings may add up to; of whole
/// numbers the values are the sum's times the ranks.
void fill(const Operation& operation, const Buffers& buffers, int rank, int ranks);

/// The elements of `buffers.output`, on this rank, that are not what the operation should have made of what fill() put
/// in.
std::int64_t count_wrong(const Operation& operation, const Buffers& buffers, int rank, int ranks);

}  // namespace scalemark::collectives
