#include "comm/mpi/ring_chunk.h"

#include <algorithm>
#include <utility>

#include "mpi/mpi_check.h"

namespace scalemark::comm {

RingChunk::RingChunk(MPI_Comm comm, int rank, int size, int tag, RingTask task)
    : comm_(comm), rank_(rank), size_(size), tag_(tag), task_(std::move(task)) {
  last_step_ = summing_steps() + (task_.is_gathered ? size_ - 1 : 0);
  if (task_.reduce == nullptr) return;
  std::size_t longest = 0;
  for (const RingShard& shard : task_.shards) longest = std::max(longest, shard.bytes);
  for (auto& room : scratch_) room.resize(longest);
}

bool RingChunk::advance() {
  bool moved = false;
  while (!is_done()) {
    if (!in_flight_) {
      start_step();
      moved = true;
    }
    int done = 0;
    MPI_CHECK(MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &done, MPI_STATUSES_IGNORE));
    if (done == 0) return moved;
    finish_step();
    moved = true;
  }
  return moved;
}

void RingChunk::send_and_receive(const std::byte* data, const RingShard& sent, std::byte* room,
                                 const RingShard& received) {
  const auto next = (rank_ + 1) % size_;
  const auto previous = (rank_ + size_ - 1) % size_;
  MPI_CHECK(MPI_Irecv(room, static_cast<int>(received.bytes), MPI_BYTE, previous, tag_, comm_, &requests_.front()));
  MPI_CHECK(MPI_Isend(data, static_cast<int>(sent.bytes), MPI_BYTE, next, tag_, comm_, &requests_.back()));
}

// While shards are summed, step s passes on the sum that arrived in step s - 1; the own shard arrives last.
void RingChunk::start_step() {
  in_flight_ = true;
  const auto& shards = task_.shards;
  if (step_ < summing_steps()) {
    const RingShard& sent = shards[shard_index(rank_ - step_ - 1)];
    const RingShard& received = shards[shard_index(rank_ - step_ - 2)];
    send_and_receive(step_ == 0 ? sent.input : scratch(step_ - 1), sent, scratch(step_), received);
    return;
  }
  const int step = step_ - summing_steps();
  const RingShard& sent = shards[shard_index(rank_ - step)];
  const RingShard& received = shards[shard_index(rank_ - step - 1)];
  send_and_receive(sent.output, sent, received.output, received);
}

void RingChunk::finish_step() {
  in_flight_ = false;
  const int step = step_++;
  if (step >= summing_steps()) return;
  const RingShard& shard = task_.shards[shard_index(rank_ - step - 2)];
  const bool is_last = step + 1 == summing_steps();
  task_.reduce(is_last ? shard.output : scratch(step), scratch(step), shard.input, shard.elements);
}

}  // namespace scalemark::comm
