#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

namespace scalemark::data {

/// Host memory of batches, used again: fresh pages of a batch cost as much as filling it. Pieces that are lent may
/// outlive whoever asked for them, so it is owned by all of them together. Safe from many threads.
class StagingMemory {
 public:
  /// @param piece_bytes  of every piece
  /// @param most_kept    how many pieces wait for their next use
  StagingMemory(std::size_t piece_bytes, std::size_t most_kept);
  ~StagingMemory();
  StagingMemory(const StagingMemory&) = delete;
  StagingMemory& operator=(const StagingMemory&) = delete;

  /// A piece, aligned for any vector instruction. @throws std::bad_alloc
  void* take();
  void give_back(void* piece) noexcept;

 private:
  std::size_t piece_bytes_;
  std::size_t most_kept_;
  std::mutex mutex_;
  std::vector<void*> free_;
};

}  // namespace scalemark::data
