#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "comm/mpi/chunk.h"
#include "comm/mpi/element_reduction.h"
#include "comm/mpi/shared_memory.h"

namespace scalemark::comm {

/// What a chunk of a collective moves on this rank. Every rank has a slot of kSlotBytes per chunk that the others read.
struct SharedTransfer {
  struct Put {
    const std::byte* from;
    std::size_t offset;  ///< in this rank's slot
    std::size_t bytes;
  };
  /// out = own, reduced with what every other rank has put at `offset`.
  struct Reduce {
    ElementReduction reduce;
    std::byte* out;
    const std::byte* own;
    std::size_t offset;
    std::int64_t elements;
    std::size_t bytes;
    bool is_shared;  ///< the result is put into this rank's slot too, at the same offset
  };
  struct Take {
    int rank;
    std::size_t offset;  ///< in that rank's slot
    std::byte* to;
    std::size_t bytes;
  };

  std::vector<Put> puts;
  std::optional<Reduce> reduce;
  std::vector<Take> takes;
  std::vector<at::Tensor> keep_alive;
};

/// Collectives of the ranks of one host through memory that they share: each puts in what the others need, sums the
/// part that is its own, and takes the others' parts. Nobody waits inside: ranks tell each other by counters how far
/// they are.
///
/// Chunks are numbered in the order in which they are made, which must agree over the ranks; each stage passes them in
/// that order, so that one counter per stage and rank is enough. Open MPI's paths inside a host copy everything once
/// more, or send what could be summed in place.
class SharedPipeline {
 public:
  // Together they stay in a core's second cache: docs/performance.md has the figures.
  static constexpr std::size_t kSlotBytes = std::size_t{256} << 10;
  static constexpr std::size_t kSlots = 4;

  /// Collective; nullptr where the ranks have no memory in common.
  static std::unique_ptr<SharedPipeline> among(const mpi::MpiComm& ranks);

  std::unique_ptr<Chunk> next_chunk(SharedTransfer transfer);

 private:
  class Transfer;
  struct alignas(64) Counter {
    std::atomic<std::uint64_t> chunks;
  };
  /// At the start of each rank's part, followed by the slots. The first line holds SharedMemory's token.
  struct Progress {
    Counter reserved;
    Counter put;
    Counter summed;
    Counter taken;
  };
  static constexpr std::size_t kSlotsOffset = 4096;
  static_assert(sizeof(Progress) <= kSlotsOffset && std::atomic<std::uint64_t>::is_always_lock_free);

  SharedPipeline(std::unique_ptr<SharedMemory> memory, int rank, int size)
      : memory_(std::move(memory)), rank_(rank), size_(size) {}

  Progress& progress(int rank) const { return *reinterpret_cast<Progress*>(memory_->of_rank(rank)); }
  std::byte* slot(int rank, std::uint64_t chunk) const;
  bool all_passed(Counter Progress::*stage, std::uint64_t chunk) const;
  void reduce(const SharedTransfer::Reduce& shard, std::uint64_t chunk) const;

  std::unique_ptr<SharedMemory> memory_;
  int rank_;
  int size_;
  std::uint64_t chunks_ = 0;
};

}  // namespace scalemark::comm
