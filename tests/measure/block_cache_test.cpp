#include "measure/block_cache.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/units.h"
#include "measure/resident_bytes.h"

namespace scalemark::measure {
namespace {

/// A block that is written to, as tensors are: only then it takes memory.
void* made(BlockCache& cache, std::size_t bytes) {
  void* data = cache.make(bytes);
  std::memset(static_cast<std::byte*>(data) - BlockCache::kRoomInFront, 1, bytes + BlockCache::kRoomInFront);
  return data;
}

TEST(BlockCache, HandsOutTheSameBlockForTheSameSizeOnly) {
  BlockCache cache;
  EXPECT_EQ(cache.reuse(kMebibyte), nullptr);
  void* block = made(cache, kMebibyte);
  EXPECT_EQ(cache.reuse(kMebibyte), nullptr) << "it is in use";
  cache.give_back(block, kMebibyte);
  EXPECT_EQ(cache.reuse(kMebibyte + 64), nullptr);
  EXPECT_EQ(cache.reuse(kMebibyte), block);
  EXPECT_EQ(cache.reuse(kMebibyte), nullptr);
  cache.give_back(block, kMebibyte);
}

TEST(BlockCache, AlignsTheDataToHugePagesWithRoomInFront) {
  BlockCache cache;
  for (const std::int64_t bytes : {kMebibyte / 2, kMebibyte, 3 * kMebibyte + 1, 8 * kMebibyte}) {
    void* block = made(cache, bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % BlockCache::kAlignment, 0U);
    cache.give_back(block, bytes);
  }
}

TEST(BlockCache, GivesMemoryBackOnRequest) {
  BlockCache cache;
  const std::int64_t before = resident_bytes();
  cache.give_back(made(cache, 64 * kMebibyte), 64 * kMebibyte);
  EXPECT_GT(resident_bytes(), before + 60 * kMebibyte);
  cache.release_idle();
  EXPECT_LT(resident_bytes(), before + 8 * kMebibyte);
  EXPECT_EQ(cache.reuse(64 * kMebibyte), nullptr);
}

// Ever new sizes, of which one block is in use at a time.
TEST(BlockCache, IdleBlocksStayWithinTheSlack) {
  BlockCache cache;
  const std::int64_t before = resident_bytes();
  for (std::size_t i = 0; i < 50; ++i) {
    const auto bytes = static_cast<std::size_t>(32 * kMebibyte) + i * 4096;
    cache.give_back(made(cache, bytes), bytes);
  }
  EXPECT_LT(resident_bytes(), before + 50 * kMebibyte);
}

// Two sizes that are in use together, and then again: both must still be there.
TEST(BlockCache, KeepsWhatWasInUseAtOnce) {
  BlockCache cache;
  std::vector<void*> blocks{made(cache, 4 * kMebibyte), made(cache, 8 * kMebibyte), made(cache, 4 * kMebibyte)};
  cache.give_back(blocks[0], 4 * kMebibyte);
  cache.give_back(blocks[1], 8 * kMebibyte);
  cache.give_back(blocks[2], 4 * kMebibyte);
  EXPECT_EQ(cache.reuse(4 * kMebibyte), blocks[2]) << "the youngest";
  EXPECT_EQ(cache.reuse(8 * kMebibyte), blocks[1]);
  EXPECT_EQ(cache.reuse(4 * kMebibyte), blocks[0]);
  cache.give_back(blocks[0], 4 * kMebibyte);
  cache.give_back(blocks[1], 8 * kMebibyte);
  cache.give_back(blocks[2], 4 * kMebibyte);
}

}  // namespace
}  // namespace scalemark::measure
