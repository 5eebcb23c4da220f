#include "data/staging_memory.h"

#include <new>

namespace scalemark::data {
namespace {

constexpr std::align_val_t kAlignment{64};

}  // namespace

StagingMemory::StagingMemory(std::size_t piece_bytes, std::size_t most_kept)
    : piece_bytes_(piece_bytes), most_kept_(most_kept) {
  free_.reserve(most_kept);
}

StagingMemory::~StagingMemory() {
  for (void* piece : free_) ::operator delete(piece, kAlignment);
}

void* StagingMemory::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      void* piece = free_.back();
      free_.pop_back();
      return piece;
    }
  }
  return ::operator new(piece_bytes_, kAlignment);
}

void StagingMemory::give_back(void* piece) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (free_.size() < most_kept_) {
      free_.push_back(piece);
      return;
    }
  }
  ::operator delete(piece, kAlignment);
}

}  // namespace scalemark::data
