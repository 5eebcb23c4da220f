#pragma once

#include <cstdint>
#include <vector>

namespace scalemark::data {

/// Reserves memory for `count` bytes that will be read at random, in huge pages where the kernel gives them to those
/// who ask: with small ones, finding an image costs about as much as reading it. `bytes` must be empty.
void reserve_huge_pages(std::vector<std::uint8_t>& bytes, std::size_t count);

}  // namespace scalemark::data
