#include "comm/mpi/shared_collectives.h"

#include <utility>

#include "comm/mpi/shared_pipeline.h"
#include "comm/mpi/tensor_pieces.h"

namespace scalemark::comm {
namespace {

constexpr auto kSlotBytes = static_cast<std::int64_t>(SharedPipeline::kSlotBytes);

class SharedCollectives : public ChunkedCollectives {
 public:
  SharedCollectives(std::unique_ptr<SharedPipeline> pipeline, int rank, int size)
      : pipeline_(std::move(pipeline)), rank_(rank), size_(size) {}

  ChunkedCollective all_reduce(const at::Tensor& input, const at::Tensor& output, Reduction reduction) override {
    const ElementReduction reduce = element_reduction(input.scalar_type(), reduction);
    return chunked(input.numel(), kSlotBytes, input, output, [=, this](ElementRange range, SharedTransfer& moves) {
      const auto element = static_cast<std::int64_t>(input.element_size());
      const std::int64_t shard = shard_elements(range.count, element);
      for (int rank = 0; rank < size_; ++rank) {
        const ElementRange part = piece_of(range.count, shard, rank);
        const auto offset = static_cast<std::size_t>(part.first * element);
        const auto bytes = static_cast<std::size_t>(part.count * element);
        const std::byte* from = bytes_of(input) + (range.first + part.first) * element;
        std::byte* to = bytes_of(output) + (range.first + part.first) * element;
        if (rank == rank_) {
          moves.reduce = SharedTransfer::Reduce{reduce, to, from, offset, part.count, bytes, /*is_shared=*/true};
        } else {
          moves.puts.push_back({from, offset, bytes});
          moves.takes.push_back({rank, offset, to, bytes});
        }
      }
    });
  }

  ChunkedCollective reduce_scatter(const at::Tensor& input, const at::Tensor& output, Reduction reduction) override {
    const ElementReduction reduce = element_reduction(input.scalar_type(), reduction);
    const std::int64_t per_rank = kSlotBytes / size_ / kLine * kLine;
    return chunked(output.numel(), per_rank, input, output, [=, this](ElementRange range, SharedTransfer& moves) {
      const auto element = static_cast<std::int64_t>(input.element_size());
      const auto bytes = static_cast<std::size_t>(range.count * element);
      for (int rank = 0; rank < size_; ++rank) {
        const auto offset = static_cast<std::size_t>(rank * per_rank);
        const std::byte* from = bytes_of(input) + (rank * output.numel() + range.first) * element;
        if (rank == rank_) {
          std::byte* to = bytes_of(output) + range.first * element;
          moves.reduce = SharedTransfer::Reduce{reduce, to, from, offset, range.count, bytes, /*is_shared=*/false};
        } else {
          moves.puts.push_back({from, offset, bytes});
        }
      }
    });
  }

  ChunkedCollective all_gather(const at::Tensor& input, const at::Tensor& output) override {
    return chunked(input.numel(), kSlotBytes, input, output, [=, this](ElementRange range, SharedTransfer& moves) {
      put(input, range, moves);
      for (int rank = 0; rank < size_; ++rank) take(rank, input, output, rank * input.numel(), range, moves);
    });
  }

  ChunkedCollective broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    return chunked(output.numel(), kSlotBytes, input, output, [=, this](ElementRange range, SharedTransfer& moves) {
      if (rank_ == root) put(input, range, moves);
      take(root, input, output, 0, range, moves);
    });
  }

  ChunkedCollective shift(const at::Tensor& input, const at::Tensor& output) override {
    return chunked(output.numel(), kSlotBytes, input, output, [=, this](ElementRange range, SharedTransfer& moves) {
      put(input, range, moves);
      take((rank_ + size_ - 1) % size_, input, output, 0, range, moves);
    });
  }

 private:
  static constexpr std::int64_t kLine = 64;

  /// A chunk's elements in as many shards as ranks, each from the start of a cache line.
  std::int64_t shard_elements(std::int64_t elements, std::int64_t element_bytes) const {
    const std::int64_t line = kLine / element_bytes;
    return pieces_in(pieces_in(elements, size_), line) * line;
  }

  static void put(const at::Tensor& input, ElementRange range, SharedTransfer& moves) {
    const auto element = static_cast<std::int64_t>(input.element_size());
    moves.puts.push_back({bytes_of(input) + range.first * element, 0, static_cast<std::size_t>(range.count * element)});
  }

  /// The range that `rank` has put in, to `output` from element `first` on, where it is not already.
  void take(int rank, const at::Tensor& input, const at::Tensor& output, std::int64_t first, ElementRange range,
            SharedTransfer& moves) const {
    const auto element = static_cast<std::int64_t>(output.element_size());
    std::byte* to = bytes_of(output) + (first + range.first) * element;
    if (rank == rank_ && to == bytes_of(input) + range.first * element) return;
    moves.takes.push_back({rank, 0, to, static_cast<std::size_t>(range.count * element)});
  }

  /// Chunks of `elements` elements, each of at most `chunk_bytes`; `plan` says what one moves.
  template <typename Plan>
  ChunkedCollective chunked(std::int64_t elements, std::int64_t chunk_bytes, const at::Tensor& input,
                            const at::Tensor& output, Plan plan) {
    const std::int64_t chunk = chunk_bytes / static_cast<std::int64_t>(output.element_size());
    return {pieces_in(elements, chunk), SharedPipeline::kSlots, [=, this](std::int64_t index) {
              SharedTransfer moves;
              moves.keep_alive = {input, output};
              plan(piece_of(elements, chunk, index), moves);
              return pipeline_->next_chunk(std::move(moves));
            }};
  }

  std::unique_ptr<SharedPipeline> pipeline_;
  int rank_;
  int size_;
};

}  // namespace

std::unique_ptr<ChunkedCollectives> make_shared_collectives(const mpi::MpiComm& ranks) {
  auto pipeline = SharedPipeline::among(ranks);
  if (!pipeline) return nullptr;
  return std::make_unique<SharedCollectives>(std::move(pipeline), ranks.rank(), ranks.size());
}

}  // namespace scalemark::comm
