#include <stdexcept>

#include "data/loader/place_backend.h"

namespace scalemark::data {

template <typename Value>
void place_on_gpu(const PlacedBatch<Value>&, void*) {
  throw std::logic_error("this build has no kernels for GPUs");
}

template void place_on_gpu(const PlacedBatch<double>&, void*);
template void place_on_gpu(const PlacedBatch<float>&, void*);
template void place_on_gpu(const PlacedBatch<Bfloat16>&, void*);
template void place_on_gpu(const PlacedBatch<Float16>&, void*);

void* current_gpu_stream(int) { return nullptr; }

}  // namespace scalemark::data
