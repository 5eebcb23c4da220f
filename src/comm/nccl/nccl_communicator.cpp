#include "comm/nccl/nccl_communicator.h"

#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "comm/backend.h"
#include "comm/nccl/multicast.h"
#include "comm/nccl/nccl_buffer.h"
#include "comm/nccl/nccl_check.h"
#include "comm/nccl/nccl_comm.h"
#include "comm/nccl/nccl_connection.h"
#include "comm/nccl/nccl_exchange.h"
#include "comm/nccl/nccl_first_calls.h"
#include "comm/nccl/nccl_watch.h"
#include "comm/nccl/registered_memory.h"
#include "core/environment.h"
#include "core/host_name.h"
#include "monitor/control_group.h"

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

ncclRedOp_t nccl_operation(Reduction reduction) {
  switch (reduction) {
    case Reduction::kProduct:
      return ncclProd;
    case Reduction::kMinimum:
      return ncclMin;
    case Reduction::kMaximum:
      return ncclMax;
    case Reduction::kAverage:
      return ncclAvg;
    default:
      return ncclSum;
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

// NCCL asks whether earlier operations are done, and "not yet" stays CUDA's last error on this thread. Whoever asks for
// that after a launch of a kernel, as LibTorch does, would take it for the kernel's.
void forget_not_ready() {
  if (cudaPeekAtLastError() == cudaErrorNotReady) (void)cudaGetLastError();
}

// Of high priority, so that reduction is not put off behind the kernels of backward.
c10::cuda::CUDAStream new_stream(const at::Device& device) {
  return c10::cuda::getStreamFromPool(/*isHighPriority=*/true, device.index());
}

/// The ranks of a communicator, and what this one of them works with.
struct NcclRank {
  std::shared_ptr<monitor::ControlGroup> control;
  at::Device device;
  c10::cuda::CUDAStream stream;
  NcclSurroundings surroundings;

  int rank() const { return control->rank(); }
  int size() const { return control->size(); }
};

/// Collective over `all`, of whose ranks the first are `own`'s. nullptr on the others.
std::shared_ptr<NcclComm> make_ready(monitor::ControlGroup& all, const NcclRank& own,
                                     const std::function<NcclRecipe::Make()>& prepare) {
  NcclFirstCalls first_calls(own.stream, own.rank(), own.size());
  const bool connects = own.size() > 1;
  const auto connect = [&](NcclComm& comm) {
    if (connects) first_calls.queue(comm);
  };
  const std::string place = fmt::format("GPU {} of {}", own.device.index(), host_name());
  std::shared_ptr<NcclComm> comm = make_connected(all, {prepare, connect, make_room_on_gpu, place});
  if (comm && connects) first_calls.wait(*comm, own.surroundings.call_seconds);
  make_room_on_gpu();  // of what the first calls worked on
  return comm;
}

bool registers_buckets(const NcclRank& own) {
  return registered_memory_helps({.multicast = supports_multicast(own.device),
                                  .nvls_enable = process_environment("NCCL_NVLS_ENABLE"),
                                  .ranks = own.size(),
                                  .ranks_of_node = own.control->node_size()});
}

class NcclCommunicator : public Communicator {
 public:
  NcclCommunicator(std::shared_ptr<NcclComm> comm, NcclRank own) : comm_(std::move(comm)), own_(std::move(own)) {}

  using Communicator::all_reduce;
  using Communicator::broadcast;

  int rank() const override { return own_.rank(); }
  int size() const override { return own_.size(); }
  std::string_view backend() const override { return "nccl"; }

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    return all_reduce_by(Reduction::kSum, input, output);
  }

  std::unique_ptr<Work> all_reduce_by(Reduction reduction, const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, 1, 1);
    const ncclDataType_t type = nccl_type(input.scalar_type());
    const ncclRedOp_t operation = nccl_operation(reduction);
    return launch(input, output, "an all-reduce", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclAllReduce(from, to, count_of(input), type, operation, comm, own_.stream);
    });
  }

  std::unique_ptr<Work> all_gather(const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, 1, size());
    return launch(input, output, "an all-gather", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclAllGather(from, to, input.nbytes(), ncclUint8, comm, own_.stream);
    });
  }

  std::unique_ptr<Work> reduce_scatter(const at::Tensor& input, const at::Tensor& output) override {
    return reduce_scatter_by(Reduction::kSum, input, output);
  }

  std::unique_ptr<Work> reduce_scatter_by(Reduction reduction, const at::Tensor& input,
                                          const at::Tensor& output) override {
    check_sizes(input, output, size(), 1);
    const ncclDataType_t type = nccl_type(input.scalar_type());
    const ncclRedOp_t operation = nccl_operation(reduction);
    return launch(input, output, "a reduce-scatter", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclReduceScatter(from, to, count_of(output), type, operation, comm, own_.stream);
    });
  }

  std::unique_ptr<Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    check_sizes(input, output, 1, 1);
    return launch(input, output, "a broadcast", [&](const void* from, void* to, ncclComm_t comm) {
      return ncclBroadcast(from, to, output.nbytes(), ncclUint8, root, comm, own_.stream);
    });
  }

  std::unique_ptr<Work> shift(const at::Tensor& input, const at::Tensor& output) override {
    check_sizes(input, output, 1, 1);
    return launch(input, output, "a send and receive", [&](const void* from, void* to, ncclComm_t comm) {
      return send_around({from, to, input.nbytes()}, rank(), size(), comm, own_.stream);
    });
  }

  void check_health() override { comm_->check_health(); }

  at::Tensor allocate(std::int64_t elements, const at::TensorOptions& options) override {
    if (registers_buckets_) return registered_tensor(comm_, elements, options);
    return Communicator::allocate(elements, options);
  }

  std::unique_ptr<Communicator> split(int size) override {
    const c10::cuda::CUDAGuard guard(own_.device);
    // NCCL asks that nothing is in flight on the parent.
    own_.stream.synchronize();
    const int rank = own_.rank();
    const bool member = rank < size;
    NcclRank part = own_;
    part.control = std::make_shared<monitor::ControlGroup>(own_.control->split(size));
    part.stream = new_stream(own_.device);
    auto comm = make_ready(*own_.control, part, [this, member, rank] {
      return [this, member, rank] { return comm_->split(member, rank); };
    });
    if (!member) return nullptr;
    return std::make_unique<NcclCommunicator>(std::move(comm), std::move(part));
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
    TORCH_CHECK(tensor.device() == own_.device, "this NCCL communicator takes tensors on ", own_.device, ", not on ",
                tensor.device());
    TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "a collective needs a tensor that is dense in memory");
  }

  /// Runs `start(from, to, comm)` on the communicator's stream, after what the current stream holds now.
  template <typename Start>
  std::unique_ptr<Work> launch(const at::Tensor& input, const at::Tensor& output, const char* what,
                               const Start& start) {
    check_tensor(input);
    check_tensor(output);
    const c10::cuda::CUDAGuard guard(own_.device);
    at::cuda::CUDAEvent inputs_ready;
    inputs_ready.record(c10::cuda::getCurrentCUDAStream());
    inputs_ready.block(own_.stream);
    comm_->enqueue(what, [&](ncclComm_t comm) { return start(input.data_ptr(), output.data_ptr(), comm); });
    forget_not_ready();
    // Freed memory must not be handed out again while the communicator's stream still works on it.
    input.record_stream(own_.stream);
    output.record_stream(own_.stream);
    at::cuda::CUDAEvent done;
    done.record(own_.stream);
    return std::make_unique<NcclWork>(comm_, std::move(done));
  }

  std::shared_ptr<NcclComm> comm_;  // buffers may outlive the communicator
  NcclRank own_;
  bool registers_buckets_ = registers_buckets(own_);
  NcclWatch watch_{*comm_};  // ends before the communicator does
};

NcclSurroundings surroundings_of(const at::Device& device, double deadline_seconds, const NcclSettings& settings) {
  NcclSurroundings surroundings;
  surroundings.settings = settings;
  surroundings.call_seconds = deadline_seconds;
  // Where this fails, NCCL's first call says why.
  surroundings.enter_thread = [index = device.index()] { (void)cudaSetDevice(index); };
  return surroundings;
}

/// Collective: an id that all ranks know, and what makes this rank's part of the communicator by it.
NcclRecipe::Make make_of_all(const NcclRank& own) {
  ncclUniqueId id{};
  std::string text;
  if (own.rank() == 0) {
    NCCL_CHECK(ncclGetUniqueId(&id), nullptr);
    text.assign(id.internal, sizeof(id.internal));
  }
  text = own.control->broadcast(text);
  text.copy(id.internal, sizeof(id.internal));
  return [id, rank = own.rank(), size = own.size(), surroundings = own.surroundings] {
    return std::make_unique<NcclComm>(id, rank, size, surroundings);
  };
}

}  // namespace

std::unique_ptr<Communicator> make_nccl_communicator(const at::Device& device, double deadline_seconds,
                                                     const NcclSettings& settings) {
  TORCH_CHECK(device.has_index(), "a NCCL communicator needs a device with its index, such as cuda:0");
  const c10::cuda::CUDAGuard guard(device);
  NcclRank own{std::make_shared<monitor::ControlGroup>(monitor::ControlGroup::world()), device, new_stream(device),
               surroundings_of(device, deadline_seconds, settings)};
  auto comm = make_ready(*own.control, own, [&own] { return make_of_all(own); });
  return std::make_unique<NcclCommunicator>(std::move(comm), std::move(own));
}

std::string nccl_version() {
  int version = 0;
  NCCL_CHECK(ncclGetVersion(&version), nullptr);
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

}  // namespace scalemark::comm
