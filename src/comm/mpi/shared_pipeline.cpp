#include "comm/mpi/shared_pipeline.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace scalemark::comm {

std::unique_ptr<SharedPipeline> SharedPipeline::among(const mpi::MpiComm& ranks) {
  auto memory = SharedMemory::among(ranks, kSlotsOffset + kSlots * kSlotBytes);
  if (!memory) return nullptr;
  return std::unique_ptr<SharedPipeline>(new SharedPipeline(std::move(memory), ranks.rank(), ranks.size()));
}

std::byte* SharedPipeline::slot(int rank, std::uint64_t chunk) const {
  return memory_->of_rank(rank) + kSlotsOffset + chunk % kSlots * kSlotBytes;
}

/// Whether every rank has passed `stage` with this chunk.
bool SharedPipeline::all_passed(Counter Progress::*stage, std::uint64_t chunk) const {
  for (int rank = 0; rank < size_; ++rank) {
    if ((progress(rank).*stage).chunks.load(std::memory_order_acquire) <= chunk) return false;
  }
  return true;
}

// In blocks that stay in the first cache while the other ranks' parts are added.
void SharedPipeline::reduce(const SharedTransfer::Reduce& shard, std::uint64_t chunk) const {
  constexpr std::int64_t kBlockElements = 2048;
  if (shard.elements == 0) return;
  const std::size_t element_bytes = shard.bytes / static_cast<std::size_t>(shard.elements);
  for (std::int64_t first = 0; first < shard.elements; first += kBlockElements) {
    const std::int64_t elements = std::min(kBlockElements, shard.elements - first);
    const std::size_t at = static_cast<std::size_t>(first) * element_bytes;
    const std::byte* own = shard.own + at;
    for (int rank = 0; rank < size_; ++rank) {
      if (rank == rank_) continue;
      shard.reduce(shard.out + at, own, slot(rank, chunk) + shard.offset + at, elements);
      own = shard.out + at;
    }
    if (!shard.is_shared) continue;
    std::memcpy(slot(rank_, chunk) + shard.offset + at, shard.out + at,
                static_cast<std::size_t>(elements) * element_bytes);
  }
}

class SharedPipeline::Transfer : public Chunk {
 public:
  Transfer(const SharedPipeline& pipeline, std::uint64_t number, SharedTransfer moves)
      : pipeline_(pipeline), number_(number), moves_(std::move(moves)) {}

  bool advance() override {
    bool moved = false;
    while (!is_done() && may_pass_stage()) {
      pass_stage();
      // What was read and written is done before the others see the count.
      counter().store(number_ + 1, std::memory_order_release);
      stage_ = static_cast<Stage>(stage_ + 1);
      moved = true;
    }
    return moved;
  }

  bool is_done() const override { return stage_ == kDone; }

 private:
  enum Stage { kPut, kSum, kTake, kDone };

  std::atomic<std::uint64_t>& counter() const {
    Progress& mine = pipeline_.progress(pipeline_.rank_);
    return (stage_ == kPut ? mine.put : stage_ == kSum ? mine.summed : mine.taken).chunks;
  }

  bool may_pass_stage() const {
    // The chunk before may have found its turn a moment too early.
    if (counter().load(std::memory_order_relaxed) != number_) return false;
    switch (stage_) {
      case kPut:  // over the chunk that had this slot
        return number_ < kSlots || pipeline_.all_passed(&Progress::taken, number_ - kSlots);
      case kSum:
        return pipeline_.all_passed(&Progress::put, number_);
      default:
        return pipeline_.all_passed(&Progress::summed, number_);
    }
  }

  void pass_stage() const {
    switch (stage_) {
      case kPut:
        for (const auto& put : moves_.puts) {
          std::memcpy(pipeline_.slot(pipeline_.rank_, number_) + put.offset, put.from, put.bytes);
        }
        break;
      case kSum:
        if (moves_.reduce) pipeline_.reduce(*moves_.reduce, number_);
        break;
      default:
        for (const auto& take : moves_.takes) {
          std::memcpy(take.to, pipeline_.slot(take.rank, number_) + take.offset, take.bytes);
        }
    }
  }

  const SharedPipeline& pipeline_;
  std::uint64_t number_;
  SharedTransfer moves_;
  Stage stage_ = kPut;
};

std::unique_ptr<Chunk> SharedPipeline::next_chunk(SharedTransfer transfer) {
  return std::make_unique<Transfer>(*this, chunks_++, std::move(transfer));
}

}  // namespace scalemark::comm
