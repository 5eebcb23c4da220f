#include "comm/nccl_communicator.h"

#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <fmt/format.h>

#include "comm/backend.h"
#include "comm/mpi_check.h"
#include "comm/mpi_comm.h"
#include "comm/mpi_wait.h"
#include "comm/nccl_check.h"
#include "comm/nccl_comm.h"
#include "comm/nccl_watch.h"
#include "core/error.h"

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
  NcclWork(NcclComm& comm, at::cuda::CUDAEvent done) : comm_(comm), done_(std::move(done)) {}

  void wait() override {
    comm_.check_health();
    done_.block(c10::cuda::getCurrentCUDAStream(done_.device_index()));
  }

 private:
  NcclComm& comm_;
  at::cuda::CUDAEvent done_;
};

class NcclCommunicator : public Communicator {
 public:
  NcclCommunicator(NcclComm comm, const at::Device& device, int rank, int size)
      : comm_(std::move(comm)),
        device_(device),
        rank_(rank),
        size_(size),
        // Of high priority, so that reduction is not put off behind the kernels of backward.
        stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/true, device.index())) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::string_view backend() const override { return "nccl"; }

  std::unique_ptr<Work> all_reduce(const at::Tensor& tensor, ReduceOp op) override {
    const ncclDataType_t type = nccl_type(tensor.scalar_type());
    const ncclRedOp_t operation = op == ReduceOp::kSum ? ncclSum : ncclAvg;
    return launch(tensor, "an all-reduce", [&](void* data, ncclComm_t comm) {
      const auto count = static_cast<std::size_t>(tensor.numel());
      return ncclAllReduce(data, data, count, type, operation, comm, stream_.stream());
    });
  }

  void broadcast(const at::Tensor& tensor, int root) override {
    launch(tensor, "a broadcast", [&](void* data, ncclComm_t comm) {
      return ncclBroadcast(data, data, tensor.nbytes(), ncclUint8, root, comm, stream_.stream());
    })->wait();
  }

  void check_health() override { comm_.check_health(); }

  std::unique_ptr<Communicator> split(int size) override {
    const c10::cuda::CUDAGuard guard(device_);
    // NCCL asks that nothing is in flight on the parent.
    stream_.synchronize();
    const bool member = rank_ < size;
    NcclComm part = comm_.split(member, rank_);
    if (!member) return nullptr;
    return std::make_unique<NcclCommunicator>(std::move(part), device_, rank_, size);
  }

 private:
  /// Runs `start(data, comm)` on the communicator's stream, after what the current stream holds now.
  template <typename Start>
  std::unique_ptr<Work> launch(const at::Tensor& tensor, const char* what, const Start& start) {
    TORCH_CHECK(tensor.device() == device_, "this NCCL communicator takes tensors on ", device_, ", not on ",
                tensor.device());
    TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "a collective needs a tensor that is dense in memory");
    const c10::cuda::CUDAGuard guard(device_);
    at::cuda::CUDAEvent inputs_ready;
    inputs_ready.record(c10::cuda::getCurrentCUDAStream());
    inputs_ready.block(stream_);
    comm_.enqueue(what, [&](ncclComm_t comm) { return start(tensor.data_ptr(), comm); });
    // Freed memory must not be handed out again while the communicator's stream still works on it.
    tensor.record_stream(stream_);
    at::cuda::CUDAEvent done;
    done.record(stream_);
    return std::make_unique<NcclWork>(comm_, std::move(done));
  }

  NcclComm comm_;
  at::Device device_;
  int rank_;
  int size_;
  c10::cuda::CUDAStream stream_;
  NcclWatch watch_{comm_};  // ends before the communicator does
};

}  // namespace

std::unique_ptr<Communicator> make_nccl_communicator(const at::Device& device, double deadline_seconds) {
  TORCH_CHECK(device.has_index(), "a NCCL communicator needs a device with its index, such as cuda:0");
  const c10::cuda::CUDAGuard guard(device);
  const MpiComm world = MpiComm::duplicate(MPI_COMM_WORLD);
  ncclUniqueId id;
  if (world.rank() == 0) NCCL_CHECK(ncclGetUniqueId(&id), nullptr);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Ibcast(&id, sizeof(id), MPI_BYTE, 0, world.get(), &request));
  wait_asleep(request);
  return std::make_unique<NcclCommunicator>(NcclComm(id, world.rank(), world.size(), deadline_seconds), device,
                                            world.rank(), world.size());
}

std::string nccl_version() {
  int version = 0;
  NCCL_CHECK(ncclGetVersion(&version), nullptr);
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

}  // namespace scalemark::comm
