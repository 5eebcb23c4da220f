#include "comm/nccl/nccl_communicator.h"

#include <ATen/cuda/CUDAEvent.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "comm/backend.h"
#include "comm/nccl/nccl_check.h"
#include "comm/nccl/nccl_comm.h"
#include "comm/nccl/nccl_watch.h"
#include "core/error.h"
#include "mpi/mpi_check.h"
#include "mpi/mpi_comm.h"
#include "mpi/mpi_wait.h"

namespace scalemark::comm {
namespace {

ncclDataType_t nccl_type(at::ScalarType dtype) {
  switch (dtype) {
    case at::kDouble:
      return ncclFloat64;
    case at::kFloat:
      return ncclFloat32;
    case at::kHalf:
      return ncclFloat16;
    case at::kBFloat16:
      return ncclBfloat16;
    case at::kLong:
      return ncclInt64;
    default:
      TORCH_CHECK(false, "the NCCL communicator does not reduce tensors of dtype ", dtype);
  }
}

class NcclWork : public Work {
 public:
  NcclWork(std::shared_ptr<NcclComm> comm, at::cuda::CUDAEvent done) : comm_(std::move(comm)), done_(std::move(done)) {}

  void wait() override {
    comm_->check_health();
    done_.block(c10::cuda::getCurrentCUDAStream(done_.device_index()));
  }

 private:
  std::shared_ptr<NcclComm> comm_;
  at::cuda::CUDAEvent done_;
};

/// Device memory of NCCL's own kind, which links and switches can read without a copy, registered with a communicator.
class NcclBuffer {
 public:
  NcclBuffer(std::shared_ptr<NcclComm> comm, const at::Device& device, std::size_t bytes)
      : comm_(std::move(comm)), device_(device) {
    void* memory = nullptr;
    NCCL_CHECK(ncclMemAlloc(&memory, bytes), nullptr);
    memory_.reset(memory);
    registration_ = comm_->register_memory(memory, bytes);
  }
  ~NcclBuffer() {
    const c10::cuda::CUDAGuard guard(device_);
    // A kernel may still read it.
    cudaDeviceSynchronize();
    comm_->forget_memory(registration_);
    memory_.reset();
  }
  NcclBuffer(const NcclBuffer&) = delete;
  NcclBuffer& operator=(const NcclBuffer&) = delete;

  void* memory() const { return memory_.get(); }

 private:
  struct Free {
    void operator()(void* memory) const { ncclMemFree(memory); }
  };

  std::shared_ptr<NcclComm> comm_;
  at::Device device_;
  // Has an owner of its own: where registration throws, the destructor above does not run.
  std::unique_ptr<void, Free> memory_;
  void* registration_ = nullptr;
};

class NcclCommunicator : public Communicator {
 public:
  NcclCommunicator(NcclComm comm, const at::Device& device, int rank, int size)
      : comm_(std::make_shared<NcclComm>(std::move(comm))),
        device_(device),
        rank_(rank),
        size_(size),
        // Of high priority, so that reduction is not put off behind the kernels of backward.
        stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/true, device.index())) {}

  using Communicator::all_reduce;
  using Communicator::broadcast;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::string_view backend() const override { return "nccl"; }

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, 1, 1);
    const ncclDataType_t type = nccl_type(input.scalar_type());
    return launch(input, output, "an all-reduce", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclAllReduce(from, to, count_of(input), type, ncclSum, comm, stream_.stream());
    });
  }

  std::unique_ptr<Work> all_gather(const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, 1, size_);
    return launch(input, output, "an all-gather", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclAllGather(from, to, input.nbytes(), ncclUint8, comm, stream_.stream());
    });
  }

  std::unique_ptr<Work> reduce_scatter(const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, size_, 1);
    const ncclDataType_t type = nccl_type(input.scalar_type());
    return launch(input, output, "a reduce-scatter", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclReduceScatter(from, to, count_of(output), type, ncclSum, comm, stream_.stream());
    });
  }

  std::unique_ptr<Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    check_sizes(input, output, 1, 1);
    return launch(input, output, "a broadcast", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclBroadcast(from, to, output.nbytes(), ncclUint8, root, comm, stream_.stream());
    });
  }

  std::unique_ptr<Work> shift(const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, 1, 1);
    return launch(input, output, "a send and receive", [&](const void* from, void* to, ncclComm_t comm) {
      const int next = (rank_ + 1) % size_;
      const int previous = (rank_ + size_ - 1) % size_;
      NCCL_CHECK(ncclGroupStart(), comm);
      NCCL_CHECK(ncclSend(from, input.nbytes(), ncclUint8, next, comm, stream_.stream()), comm);
      NCCL_CHECK(ncclRecv(to, output.nbytes(), ncclUint8, previous, comm, stream_.stream()), comm);
      return ncclGroupEnd();
    });
  }

  void check_health() override { comm_->check_health(); }

  at::Tensor allocate(std::int64_t elements, const at::TensorOptions& options) override {
    const c10::cuda::CUDAGuard guard(device_);
    const std::size_t bytes = static_cast<std::size_t>(elements) * options.dtype().itemsize();
    if (bytes == 0) return at::zeros({elements}, options);
    auto buffer = std::make_shared<NcclBuffer>(comm_, device_, bytes);
    return at::from_blob(
               buffer->memory(), {elements}, [buffer](void*) {}, options)
        .zero_();
  }

  std::unique_ptr<Communicator> split(int size) override {
    const c10::cuda::CUDAGuard guard(device_);
    // NCCL asks that nothing is in flight on the parent.
    stream_.synchronize();
    const bool member = rank_ < size;
    NcclComm part = comm_->split(member, rank_);
    if (!member) return nullptr;
    return std::make_unique<NcclCommunicator>(std::move(part), device_, rank_, size);
  }

 private:
  static std::size_t count_of(const at::Tensor& tensor) { return static_cast<std::size_t>(tensor.numel()); }

  static void check_sizes(const at::Tensor& input, const at::Tensor& output, std::int64_t input_pieces,
                          std::int64_t output_pieces) {
    TORCH_CHECK(
        input.scalar_type() == output.scalar_type() && input.numel() * output_pieces == output.numel() * input_pieces,
        "a collective's tensors do not fit: ", input.numel(), " elements of ", input.dtype(), " in, ", output.numel(),
        " of ", output.dtype(), " out");
  }

  void check_tensor(const at::Tensor& tensor) const {
    TORCH_CHECK(tensor.device() == device_, "this NCCL communicator takes tensors on ", device_, ", not on ",
                tensor.device());
    TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "a collective needs a tensor that is dense in memory");
  }

  /// Runs `start(from, to, comm)` on the communicator's stream, after what the current stream holds now.
  template <typename Start>
  std::unique_ptr<Work> launch(const at::Tensor& input, const at::Tensor& output, const char* what,
                               const Start& start) {
    check_tensor(input);
    check_tensor(output);
    const c10::cuda::CUDAGuard guard(device_);
    at::cuda::CUDAEvent inputs_ready;
    inputs_ready.record(c10::cuda::getCurrentCUDAStream());
    inputs_ready.block(stream_);
    comm_->enqueue(what, [&](ncclComm_t comm) { return start(input.data_ptr(), output.data_ptr(), comm); });
    // Freed memory must not be handed out again while the communicator's stream still works on it.
    input.record_stream(stream_);
    output.record_stream(stream_);
    at::cuda::CUDAEvent done;
    done.record(stream_);
    return std::make_unique<NcclWork>(comm_, std::move(done));
  }

  std::shared_ptr<NcclComm> comm_;  // buffers may outlive the communicator
  at::Device device_;
  int rank_;
  int size_;
  c10::cuda::CUDAStream stream_;
  NcclWatch watch_{*comm_};  // ends before the communicator does
};

}  // namespace

std::unique_ptr<Communicator> make_nccl_communicator(const at::Device& device, double deadline_seconds) {
  TORCH_CHECK(device.has_index(), "a NCCL communicator needs a device with its index, such as cuda:0");
  const c10::cuda::CUDAGuard guard(device);
  const mpi::MpiComm world = mpi::MpiComm::duplicate(MPI_COMM_WORLD);
  ncclUniqueId id;
  if (world.rank() == 0) NCCL_CHECK(ncclGetUniqueId(&id), nullptr);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Ibcast(&id, sizeof(id), MPI_BYTE, 0, world.get(), &request));
  mpi::wait_asleep(request);
  return std::make_unique<NcclCommunicator>(NcclComm(id, world.rank(), world.size(), deadline_seconds), device,
                                            world.rank(), world.size());
}

std::string nccl_version() {
  int version = 0;
  NCCL_CHECK(ncclGetVersion(&version), nullptr);
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

}  // namespace scalemark::comm
