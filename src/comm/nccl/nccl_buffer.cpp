#include "comm/nccl/nccl_buffer.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/util/Exception.h>
#include <cuda_runtime_api.h>

#include <utility>

#include "comm/nccl/nccl_allocation.h"
#include "comm/nccl/nccl_check.h"

namespace scalemark::comm {
namespace {

class NcclBuffer {
 public:
  NcclBuffer(std::shared_ptr<NcclComm> comm, const at::Device& device, std::size_t bytes)
      : comm_(std::move(comm)),
        device_(device),
        allocation_(std::make_unique<NcclAllocation>(bytes, make_room_on_gpu)),
        registration_(comm_->register_memory(allocation_->memory(), bytes)) {}
  ~NcclBuffer() {
    const c10::cuda::CUDAGuard guard(device_);
    // A kernel may still read it.
    cudaDeviceSynchronize();
    comm_->forget_memory(registration_);
    allocation_.reset();
  }
  NcclBuffer(const NcclBuffer&) = delete;
  NcclBuffer& operator=(const NcclBuffer&) = delete;

  void* memory() const { return allocation_->memory(); }

 private:
  std::shared_ptr<NcclComm> comm_;
  at::Device device_;
  std::unique_ptr<NcclAllocation> allocation_;
  void* registration_;
};

std::shared_ptr<NcclBuffer> make_buffer(std::shared_ptr<NcclComm> comm, const at::Device& device, std::size_t bytes) {
  try {
    return std::make_shared<NcclBuffer>(std::move(comm), device, bytes);
  } catch (const NcclMemoryError& error) {
    TORCH_CHECK_WITH(OutOfMemoryError, false, error.what());
  }
}

}  // namespace

void make_room_on_gpu() {
  if (cudaPeekAtLastError() == cudaErrorMemoryAllocation) (void)cudaGetLastError();
  c10::cuda::CUDACachingAllocator::emptyCache();
}

at::Tensor registered_tensor(std::shared_ptr<NcclComm> comm, std::int64_t elements, const at::TensorOptions& options) {
  const c10::cuda::CUDAGuard guard(options.device());
  const std::size_t bytes = static_cast<std::size_t>(elements) * options.dtype().itemsize();
  if (bytes == 0) return at::zeros({elements}, options);
  auto buffer = make_buffer(std::move(comm), options.device(), bytes);
  return at::from_blob(
             buffer->memory(), {elements}, [buffer](void*) {}, options)
      .zero_();
}

}  // namespace scalemark::comm
