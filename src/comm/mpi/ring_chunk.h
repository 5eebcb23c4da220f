#pragma once

#include <ATen/core/Tensor.h>
#include <mpi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "comm/mpi/chunk.h"
#include "comm/mpi/element_reduction.h"

namespace scalemark::comm {

/// A part of a tensor per rank.
struct RingShard {
  const std::byte* input = nullptr;  ///< this rank's summand; where nothing is summed, not looked at
  std::byte* output = nullptr;       ///< where the shard ends; nullptr where this rank is not to have it
  std::size_t bytes = 0;
  std::int64_t elements = 0;
};

struct RingTask {
  std::vector<RingShard> shards;      ///< [rank]
  ElementReduction reduce = nullptr;  ///< nullptr: nothing is reduced, and each rank's output of its own shard is there
  bool is_gathered = true;            ///< every rank gets every shard
  std::vector<at::Tensor> keep_alive;
};

/// Reduce-scatter, all-gather, or one after the other (an all-reduce), around a ring: each rank sends to the next one.
/// Over p ranks every link carries (p - 1) / p of the bytes once for each of the two, which is the least there is
/// (Patarasuk and Yuan 2009, J. Parallel Distrib. Comput. 69.2). Each shard is summed in one order, on one rank.
class RingChunk : public Chunk {
 public:
  /// @param tag  of its own among the chunks under way.
  RingChunk(MPI_Comm comm, int rank, int size, int tag, RingTask task);

  bool advance() override;
  bool is_done() const override { return step_ == last_step_ && !in_flight_; }

 private:
  int summing_steps() const { return task_.reduce != nullptr ? size_ - 1 : 0; }
  int shard_index(int from_rank) const { return (from_rank % size_ + size_) % size_; }
  std::byte* scratch(int step) { return scratch_[static_cast<std::size_t>(step % 2)].data(); }
  void start_step();
  void finish_step();
  void send_and_receive(const std::byte* data, const RingShard& sent, std::byte* room, const RingShard& received);

  MPI_Comm comm_;
  int rank_;
  int size_;
  int tag_;
  RingTask task_;
  int step_ = 0;
  int last_step_;
  bool in_flight_ = false;
  std::array<MPI_Request, 2> requests_{MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  std::array<std::vector<std::byte>, 2> scratch_;  ///< sums on their way
};

}  // namespace scalemark::comm
