#include "comm/mpi_communicator.h"

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "comm/mpi_check.h"
#include "comm/mpi_comm.h"
#include "comm/mpi_progress.h"
#include "comm/sixteen_bit_sum.h"

namespace scalemark::comm {
namespace {

// Small enough for transfers and sums of several chunks to overlap, and far below MPI's limit of 2^31 per count.
// Measured with bench/reducer_bench.cpp; docs/performance.md has the figures.
constexpr std::int64_t kChunkBytes = std::int64_t{4} << 20;

class MpiWork : public Work {
 public:
  MpiWork(MpiProgress& progress, std::shared_ptr<MpiProgress::Collective> collective)
      : progress_(progress), collective_(std::move(collective)) {}

  void wait() override { progress_.wait(collective_); }

 private:
  MpiProgress& progress_;
  std::shared_ptr<MpiProgress::Collective> collective_;
};

/// The integer mean, rounded towards zero, which takes a division after the sum.
class MpiIntegerAverageWork : public MpiWork {
 public:
  MpiIntegerAverageWork(MpiProgress& progress, std::shared_ptr<MpiProgress::Collective> collective, at::Tensor sum,
                        int divisor)
      : MpiWork(progress, std::move(collective)), sum_(std::move(sum)), divisor_(divisor) {}

  void wait() override {
    MpiWork::wait();
    sum_.div_(divisor_, "trunc");
  }

 private:
  at::Tensor sum_;
  int divisor_;
};

void check_tensor(const at::Tensor& tensor) {
  TORCH_CHECK(tensor.is_cpu(), "the MPI communicator takes CPU tensors, not one on ", tensor.device());
  TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "a collective needs a tensor that is dense in memory");
}

class MpiCommunicator : public Communicator {
 public:
  explicit MpiCommunicator(MpiComm comm) : comm_(std::move(comm)), rank_(comm_.rank()), size_(comm_.size()) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::string_view backend() const override { return "mpi"; }

  std::unique_ptr<Work> all_reduce(const at::Tensor& tensor, ReduceOp op) override {
    check_tensor(tensor);
    const auto [type, sum] = reduction_of(tensor.scalar_type());
    const bool floating = tensor.is_floating_point();
    // Scaled before the sum, as NCCL does: the sum of float16 gradients may not be representable, their mean is.
    if (op == ReduceOp::kAverage && floating) at::Tensor(tensor).mul_(1.0 / size_);
    auto collective = submit(tensor, [type = type, sum = sum, comm = comm_.get()](void* data, int count) {
      MPI_Request request = MPI_REQUEST_NULL;
      MPI_CHECK(MPI_Iallreduce(MPI_IN_PLACE, data, count, type, sum, comm, &request));
      return request;
    });
    if (op == ReduceOp::kAverage && !floating) {
      return std::make_unique<MpiIntegerAverageWork>(progress_, std::move(collective), tensor, size_);
    }
    return std::make_unique<MpiWork>(progress_, std::move(collective));
  }

  void broadcast(const at::Tensor& tensor, int root) override {
    check_tensor(tensor);
    const auto bytes_per_element = static_cast<int>(tensor.element_size());
    progress_.wait(submit(tensor, [bytes_per_element, root, comm = comm_.get()](void* data, int count) {
      MPI_Request request = MPI_REQUEST_NULL;
      MPI_CHECK(MPI_Ibcast(data, count * bytes_per_element, MPI_BYTE, root, comm, &request));
      return request;
    }));
  }

  std::unique_ptr<Communicator> split(int size) override {
    MpiComm part = comm_.split_first(size);
    if (rank_ >= size) return nullptr;
    return std::make_unique<MpiCommunicator>(std::move(part));
  }

 private:
  std::pair<MPI_Datatype, MPI_Op> reduction_of(at::ScalarType dtype) const {
    switch (dtype) {
      case at::kDouble:
        return {MPI_DOUBLE, MPI_SUM};
      case at::kFloat:
        return {MPI_FLOAT, MPI_SUM};
      case at::kLong:
        return {MPI_INT64_T, MPI_SUM};
      case at::kHalf:
        return {MPI_UINT16_T, sixteen_bit_sum_.float16()};
      case at::kBFloat16:
        return {MPI_UINT16_T, sixteen_bit_sum_.bfloat16()};
      default:
        TORCH_CHECK(false, "the MPI communicator does not reduce tensors of dtype ", dtype);
    }
  }

  /// Queues `start(data, count)` for each chunk of the tensor.
  template <typename Start>
  std::shared_ptr<MpiProgress::Collective> submit(const at::Tensor& tensor, Start start) {
    const auto element_size = static_cast<std::int64_t>(tensor.element_size());
    const std::int64_t chunk_elements = kChunkBytes / element_size;
    // A rank alone has nothing to exchange.
    const std::int64_t chunks = size_ == 1 ? 0 : (tensor.numel() + chunk_elements - 1) / chunk_elements;
    return progress_.submit(chunks, [=](std::int64_t chunk) {
      const std::int64_t first = chunk * chunk_elements;
      const auto count = static_cast<int>(std::min(chunk_elements, tensor.numel() - first));
      return start(static_cast<std::byte*>(tensor.data_ptr()) + first * element_size, count);
    });
  }

  MpiComm comm_;
  int rank_;
  int size_;
  SixteenBitSum sixteen_bit_sum_;
  MpiProgress progress_;
};

}  // namespace

std::unique_ptr<Communicator> make_mpi_communicator() {
  return std::make_unique<MpiCommunicator>(MpiComm::duplicate(MPI_COMM_WORLD));
}

}  // namespace scalemark::comm
