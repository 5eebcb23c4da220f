#include "measure/block_cache.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace scalemark::measure {
namespace {

constexpr std::size_t kPage = 4096;

std::size_t round_up(std::size_t value, std::size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// The page in front of the data holds kRoomInFront.
std::size_t mapped_bytes(std::size_t bytes) { return kPage + round_up(bytes, kPage); }

void* map_block(std::size_t bytes) {
  const std::size_t wanted = mapped_bytes(bytes);
  const std::size_t length = wanted + BlockCache::kAlignment;
  void* mapped = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* begin = static_cast<std::byte*>(mapped);
  const std::size_t data_offset = round_up(reinterpret_cast<std::uintptr_t>(begin) + kPage, BlockCache::kAlignment) -
                                  reinterpret_cast<std::uintptr_t>(begin);
  const std::size_t in_front = data_offset - kPage;
  if (in_front > 0) munmap(begin, in_front);
  if (length > in_front + wanted) munmap(begin + in_front + wanted, length - in_front - wanted);
  // Advice: a system without huge pages goes on with small ones.
  madvise(begin + data_offset, bytes, MADV_HUGEPAGE);
  return begin + data_offset;
}

void unmap_block(void* data, std::size_t bytes) { munmap(static_cast<std::byte*>(data) - kPage, mapped_bytes(bytes)); }

}  // namespace

BlockCache::~BlockCache() { release_idle(); }

void* BlockCache::reuse(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  // The youngest first: it may still be in the processor's cache.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Block& one) { return one.bytes == bytes; });
  if (found == idle_.rend()) return nullptr;
  void* data = found->data;
  idle_.erase(std::next(found).base());
  idle_bytes_ -= bytes;
  used_bytes_ += bytes;
  most_used_bytes_ = std::max(most_used_bytes_, used_bytes_);
  return data;
}

void* BlockCache::make(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  const auto most =
      static_cast<std::size_t>(kSlack * static_cast<double>(std::max(most_used_bytes_, used_bytes_ + bytes)));
  while (!idle_.empty() && used_bytes_ + idle_bytes_ + bytes > most) release_oldest();
  void* data = map_block(bytes);
  while (data == nullptr && !idle_.empty()) {
    release_oldest();
    data = map_block(bytes);
  }
  if (data == nullptr) return nullptr;
  used_bytes_ += bytes;
  most_used_bytes_ = std::max(most_used_bytes_, used_bytes_);
  return data;
}

void BlockCache::give_back(void* data, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back({data, bytes});
  idle_bytes_ += bytes;
  used_bytes_ -= bytes;
}

void BlockCache::release_idle() {
  const std::scoped_lock lock(mutex_);
  while (!idle_.empty()) release_oldest();
  most_used_bytes_ = used_bytes_;
}

void BlockCache::release_oldest() {
  unmap_block(idle_.front().data, idle_.front().bytes);
  idle_bytes_ -= idle_.front().bytes;
  idle_.erase(idle_.begin());
}

}  // namespace scalemark::measure
