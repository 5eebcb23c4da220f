#pragma once

#include "data/loader/placed_batch.h"

// What a build with CUDA has in place_backend_cuda.cu and one without in place_backend_without_cuda.cpp.
namespace scalemark::data {

/// Queues the batch's making on a stream (a cudaStream_t) of the current GPU. @throws std::runtime_error with CUDA's
/// reason
template <typename Value>
void place_on_gpu(const PlacedBatch<Value>& batch, void* stream);

/// The current stream of the GPU `device`, a cudaStream_t.
void* current_gpu_stream(int device);

}  // namespace scalemark::data
