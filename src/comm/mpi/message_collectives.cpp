#include "comm/mpi/message_collectives.h"

#include <cstring>
#include <utility>
#include <vector>

#include "comm/mpi/requests_chunk.h"
#include "comm/mpi/ring_chunk.h"
#include "comm/mpi/sixteen_bit_reductions.h"
#include "comm/mpi/tensor_pieces.h"
#include "mpi/mpi_check.h"

namespace scalemark::comm {
namespace {

// Small enough for transfers and sums of several chunks to overlap, and far below MPI's limit of 2^31 per count.
// Measured with bench/reducer_bench.cpp; docs/performance.md has the figures.
constexpr std::int64_t kChunkBytes = std::int64_t{4} << 20;
constexpr std::size_t kChunksInFlight = 4;

// Below this the ring's 2 (p - 1) messages in turn take longer than the tree's log2(p) with all the bytes.
constexpr std::int64_t kRingFromBytes = std::int64_t{32} << 10;

constexpr int kTags = 32768;  // MPI promises as many

class MessageCollectives : public ChunkedCollectives {
 public:
  explicit MessageCollectives(const mpi::MpiComm& ranks)
      : comm_(ranks.get()), rank_(ranks.rank()), size_(ranks.size()) {}

  ChunkedCollective all_reduce(const at::Tensor& input, const at::Tensor& output, Reduction reduction) override {
    if (static_cast<std::int64_t>(input.nbytes()) < kRingFromBytes) {
      return small_all_reduce(input, output, reduction);
    }
    const ElementReduction reduce = element_reduction(input.scalar_type(), reduction);
    return chunked(input.numel(), kChunkBytes, output, [=, this](ElementRange range) {
      const auto element = static_cast<std::int64_t>(input.element_size());
      const std::int64_t shard = pieces_in(range.count, size_);
      RingTask task{{}, reduce, /*is_gathered=*/true, {input, output}};
      for (int rank = 0; rank < size_; ++rank) {
        const ElementRange part = piece_of(range.count, shard, rank);
        const std::int64_t at = (range.first + part.first) * element;
        task.shards.push_back(
            {bytes_of(input) + at, bytes_of(output) + at, static_cast<std::size_t>(part.count * element), part.count});
      }
      return ring(std::move(task));
    });
  }

  ChunkedCollective reduce_scatter(const at::Tensor& input, const at::Tensor& output, Reduction reduction) override {
    const ElementReduction reduce = element_reduction(input.scalar_type(), reduction);
    return chunked(output.numel(), kChunkBytes / size_, output, [=, this](ElementRange range) {
      const auto element = static_cast<std::int64_t>(input.element_size());
      RingTask task{{}, reduce, /*is_gathered=*/false, {input, output}};
      for (int rank = 0; rank < size_; ++rank) {
        std::byte* to = rank == rank_ ? bytes_of(output) + range.first * element : nullptr;
        task.shards.push_back({bytes_of(input) + (rank * output.numel() + range.first) * element, to,
                               static_cast<std::size_t>(range.count * element), range.count});
      }
      return ring(std::move(task));
    });
  }

  ChunkedCollective all_gather(const at::Tensor& input, const at::Tensor& output) override {
    return chunked(input.numel(), kChunkBytes / size_, input, [=, this](ElementRange range) {
      const auto element = static_cast<std::int64_t>(input.element_size());
      RingTask task{{}, nullptr, /*is_gathered=*/true, {input, output}};
      for (int rank = 0; rank < size_; ++rank) {
        task.shards.push_back({nullptr, bytes_of(output) + (rank * input.numel() + range.first) * element,
                               static_cast<std::size_t>(range.count * element), range.count});
      }
      copy_unless_there(bytes_of(input) + range.first * element, task.shards[rank_].output, task.shards[rank_].bytes);
      return ring(std::move(task));
    });
  }

  ChunkedCollective broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    return chunked(output.numel(), kChunkBytes, output, [=, this](ElementRange range) {
      const auto element = static_cast<std::int64_t>(output.element_size());
      std::byte* to = bytes_of(output) + range.first * element;
      const auto bytes = static_cast<std::size_t>(range.count * element);
      if (rank_ == root) copy_unless_there(bytes_of(input) + range.first * element, to, bytes);
      MPI_Request request = MPI_REQUEST_NULL;
      MPI_CHECK(MPI_Ibcast(to, static_cast<int>(bytes), MPI_BYTE, root, comm_, &request));
      return std::make_unique<KeepingRequests>(std::vector{request}, std::vector{output});
    });
  }

  ChunkedCollective shift(const at::Tensor& input, const at::Tensor& output) override {
    return chunked(output.numel(), kChunkBytes, output, [=, this](ElementRange range) {
      const auto element = static_cast<std::int64_t>(output.element_size());
      const auto bytes = static_cast<int>(range.count * element);
      const std::int64_t at = range.first * element;
      const int tag = next_tag();
      std::vector<MPI_Request> requests(2, MPI_REQUEST_NULL);
      MPI_CHECK(MPI_Irecv(bytes_of(output) + at, bytes, MPI_BYTE, (rank_ + size_ - 1) % size_, tag, comm_,
                          &requests.front()));
      MPI_CHECK(MPI_Isend(bytes_of(input) + at, bytes, MPI_BYTE, (rank_ + 1) % size_, tag, comm_, &requests.back()));
      return std::make_unique<KeepingRequests>(std::move(requests), std::vector{input, output});
    });
  }

 private:
  /// Requests with the tensors whose memory they use.
  class KeepingRequests : public RequestsChunk {
   public:
    KeepingRequests(std::vector<MPI_Request> requests, std::vector<at::Tensor> tensors)
        : RequestsChunk(std::move(requests)), tensors_(std::move(tensors)) {}

   private:
    std::vector<at::Tensor> tensors_;
  };

  ChunkedCollective small_all_reduce(const at::Tensor& input, const at::Tensor& output, Reduction reduction) {
    const auto [type, operation] = reduction_of(input.scalar_type(), reduction);
    return chunked(
        input.numel(), kChunkBytes, output, [=, this, type = type, operation = operation](ElementRange range) {
          const void* from = input.data_ptr() == output.data_ptr() ? MPI_IN_PLACE : input.data_ptr();
          MPI_Request request = MPI_REQUEST_NULL;
          MPI_CHECK(
              MPI_Iallreduce(from, output.data_ptr(), static_cast<int>(range.count), type, operation, comm_, &request));
          return std::make_unique<KeepingRequests>(std::vector{request}, std::vector{input, output});
        });
  }

  static MPI_Op mpi_operation(Reduction reduction) {
    switch (reduction) {
      case Reduction::kProduct:
        return MPI_PROD;
      case Reduction::kMinimum:
        return MPI_MIN;
      case Reduction::kMaximum:
        return MPI_MAX;
      default:
        return MPI_SUM;
    }
  }

  std::pair<MPI_Datatype, MPI_Op> reduction_of(at::ScalarType dtype, Reduction reduction) const {
    switch (dtype) {
      case at::kDouble:
        return {MPI_DOUBLE, mpi_operation(reduction)};
      case at::kFloat:
        return {MPI_FLOAT, mpi_operation(reduction)};
      case at::kLong:
        return {MPI_INT64_T, mpi_operation(reduction)};
      case at::kHalf:
      case at::kBFloat16:
        return {MPI_UINT16_T, sixteen_bit_.operation(dtype, reduction)};
      default:
        TORCH_CHECK(false, "the MPI communicator does not reduce tensors of dtype ", dtype);
    }
  }

  static void copy_unless_there(const std::byte* from, std::byte* to, std::size_t bytes) {
    if (from != to) std::memcpy(to, from, bytes);
  }

  // Every rank counts alike, since chunks start in the same order on all.
  int next_tag() { return static_cast<int>(tag_++ % kTags); }

  std::unique_ptr<Chunk> ring(RingTask task) {
    return std::make_unique<RingChunk>(comm_, rank_, size_, next_tag(), std::move(task));
  }

  /// `elements` elements like those of `like`, in chunks of at most `chunk_bytes`.
  template <typename Start>
  static ChunkedCollective chunked(std::int64_t elements, std::int64_t chunk_bytes, const at::Tensor& like,
                                   Start start) {
    const std::int64_t chunk = chunk_bytes / static_cast<std::int64_t>(like.element_size());
    return {pieces_in(elements, chunk), kChunksInFlight,
            [=](std::int64_t index) -> std::unique_ptr<Chunk> { return start(piece_of(elements, chunk, index)); }};
  }

  MPI_Comm comm_;
  int rank_;
  int size_;
  std::uint32_t tag_ = 0;
  SixteenBitReductions sixteen_bit_;
};

}  // namespace

std::unique_ptr<ChunkedCollectives> make_message_collectives(const mpi::MpiComm& ranks) {
  return std::make_unique<MessageCollectives>(ranks);
}

}  // namespace scalemark::comm
