#include "comm/mpi/mpi_communicator.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/div.h>
#include <mpi.h>

#include <utility>

#include "comm/mpi/chunked_collectives.h"
#include "comm/mpi/message_collectives.h"
#include "comm/mpi/mpi_progress.h"
#include "comm/mpi/shared_collectives.h"
#include "mpi/mpi_comm.h"

namespace scalemark::comm {
namespace {

class MpiWork : public Work {
 public:
  MpiWork(MpiProgress& progress, std::shared_ptr<MpiProgress::Collective> collective)
      : progress_(progress), collective_(std::move(collective)) {}

  void wait() override { progress_.wait(collective_); }

 private:
  MpiProgress& progress_;
  std::shared_ptr<MpiProgress::Collective> collective_;
};

/// A sum that becomes an average where it is waited for.
class AveragingWork : public Work {
 public:
  AveragingWork(std::unique_ptr<Work> sum, at::Tensor output, int ranks)
      : sum_(std::move(sum)), output_(std::move(output)), ranks_(ranks) {}

  void wait() override {
    sum_->wait();
    if (output_.is_floating_point()) {
      output_.div_(ranks_);
    } else {
      output_.div_(ranks_, "trunc");
    }
  }

 private:
  std::unique_ptr<Work> sum_;
  at::Tensor output_;
  int ranks_;
};

void check_tensor(const at::Tensor& tensor) {
  TORCH_CHECK(tensor.is_cpu(), "the MPI communicator takes CPU tensors, not one on ", tensor.device());
  TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "a collective needs a tensor that is dense in memory");
}

void check_tensors(const at::Tensor& input, const at::Tensor& output, std::int64_t input_pieces,
                   std::int64_t output_pieces) {
  check_tensor(input);
  check_tensor(output);
  TORCH_CHECK(
      input.scalar_type() == output.scalar_type() && input.numel() * output_pieces == output.numel() * input_pieces,
      "a collective's tensors do not fit: ", input.numel(), " elements of ", input.dtype(), " in, ", output.numel(),
      " of ", output.dtype(), " out");
}

std::unique_ptr<ChunkedCollectives> collectives_of(const mpi::MpiComm& ranks, HostPath path) {
  auto shared = path == HostPath::kSharedMemory ? make_shared_collectives(ranks) : nullptr;
  return shared ? std::move(shared) : make_message_collectives(ranks);
}

class MpiCommunicator : public Communicator {
 public:
  MpiCommunicator(mpi::MpiComm comm, HostPath path)
      : comm_(std::move(comm)),
        path_(path),
        rank_(comm_.rank()),
        size_(comm_.size()),
        collectives_(collectives_of(comm_, path)) {}

  using Communicator::all_reduce;
  using Communicator::broadcast;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::string_view backend() const override { return "mpi"; }

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    return all_reduce_by(Reduction::kSum, input, output);
  }

  std::unique_ptr<Work> all_reduce_by(Reduction reduction, const at::Tensor& input, const at::Tensor& output) override {
    check_tensors(input, output, 1, 1);
    return divided(reduction, output,
                   submit(input, output, collectives_->all_reduce(input, output, summed(reduction))));
  }

  std::unique_ptr<Work> all_gather(const at::Tensor& input, const at::Tensor& output) override {
    check_tensors(input, output, 1, size_);
    return submit(input, output, collectives_->all_gather(input, output));
  }

  std::unique_ptr<Work> reduce_scatter(const at::Tensor& input, const at::Tensor& output) override {
    return reduce_scatter_by(Reduction::kSum, input, output);
  }

  std::unique_ptr<Work> reduce_scatter_by(Reduction reduction, const at::Tensor& input,
                                          const at::Tensor& output) override {
    check_tensors(input, output, size_, 1);
    return divided(reduction, output,
                   submit(input, output, collectives_->reduce_scatter(input, output, summed(reduction))));
  }

  std::unique_ptr<Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    check_tensors(input, output, 1, 1);
    return submit(input, output, collectives_->broadcast(input, output, root));
  }

  std::unique_ptr<Work> shift(const at::Tensor& input, const at::Tensor& output) override {
    check_tensors(input, output, 1, 1);
    return submit(input, output, collectives_->shift(input, output));
  }

  std::unique_ptr<Communicator> split(int size) override {
    mpi::MpiComm part = comm_.split_first(size);
    if (rank_ >= size) return nullptr;
    return std::make_unique<MpiCommunicator>(std::move(part), path_);
  }

 private:
  static Reduction summed(Reduction reduction) {
    return reduction == Reduction::kAverage ? Reduction::kSum : reduction;
  }

  std::unique_ptr<Work> divided(Reduction reduction, const at::Tensor& output, std::unique_ptr<Work> work) const {
    if (reduction != Reduction::kAverage) return work;
    return std::make_unique<AveragingWork>(std::move(work), output, size_);
  }

  std::unique_ptr<Work> submit(const at::Tensor& input, const at::Tensor& output, ChunkedCollective collective) {
    // A rank alone has nothing to exchange.
    if (size_ == 1 && input.data_ptr() != output.data_ptr()) at::Tensor(output).copy_(input);
    return std::make_unique<MpiWork>(progress_,
                                     progress_.submit(size_ > 1 ? std::move(collective) : ChunkedCollective{}));
  }

  mpi::MpiComm comm_;
  HostPath path_;
  int rank_;
  int size_;
  std::unique_ptr<ChunkedCollectives> collectives_;
  MpiProgress progress_;  // the last: it ends before what its chunks use
};

}  // namespace

std::unique_ptr<Communicator> make_mpi_communicator(HostPath path) {
  return std::make_unique<MpiCommunicator>(mpi::MpiComm::duplicate(MPI_COMM_WORLD), path);
}

}  // namespace scalemark::comm
