#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "collectives/operation.h"

namespace scalemark::collectives {

/// Fills the buffers: the inputs with what rank and index alone decide, the outputs with what no result is.
///
/// The values are whole numbers from -2 to 2, so that their sums are exact in every dtype, bfloat16 included, in any
/// order (over up to 128 ranks for certain, and over thousands but for freaks of chance).
void fill(const Buffers& buffers, int rank);

/// The elements of `buffers.output`, on this rank, that are not what the operation should have made of what fill() put
/// in.
std::int64_t count_wrong(const Operation& operation, const Buffers& buffers, int rank, int ranks);

}  // namespace scalemark::collectives
