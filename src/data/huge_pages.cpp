#include "data/huge_pages.h"

#include <sys/mman.h>
#include <unistd.h>

namespace scalemark::data {

void reserve_huge_pages(std::vector<std::uint8_t>& bytes, std::size_t count) {
  bytes.reserve(count);
  const auto page_bytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uintptr_t first = (address + page_bytes - 1) / page_bytes * page_bytes;
  const std::uintptr_t end = address + bytes.capacity();
  // A wish: where it is refused, all works as before.
  if (first < end) madvise(bytes.data() + (first - address), end - first, MADV_HUGEPAGE);
}

}  // namespace scalemark::data
