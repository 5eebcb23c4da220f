#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

namespace scalemark::measure {

/// Large blocks of host memory that are used again. A training step asks for the same sizes in every step; memory fresh
/// from the kernel costs it a page fault and the zeroing of every page. Blocks lie on huge pages where the system hands
/// them out. Thread-safe.
///
/// What is idle counts as the process's memory: in use and idle together stay within kSlack times the most that was
/// ever in use.
class BlockCache {
 public:
  static constexpr std::size_t kAlignment = std::size_t{2} << 20;  ///< of the data: a huge page
  static constexpr std::size_t kRoomInFront = 64;                  ///< bytes in front of the data that are the user's
  static constexpr double kSlack = 1.25;

  BlockCache() = default;
  ~BlockCache();
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  /// An idle block of exactly this size, or nullptr.
  void* reuse(std::size_t bytes);

  /// A new block; gives idle ones back first where they are too many. nullptr where the system has no memory.
  void* make(std::size_t bytes);

  /// @param data  from reuse() or make(), with the same bytes.
  void give_back(void* data, std::size_t bytes);

  void release_idle();

 private:
  struct Block {
    void* data;
    std::size_t bytes;
  };

  void release_oldest();

  std::mutex mutex_;
  std::vector<Block> idle_;  // the oldest first
  std::size_t idle_bytes_ = 0;
  std::size_t used_bytes_ = 0;
  std::size_t most_used_bytes_ = 0;
};

}  // namespace scalemark::measure
