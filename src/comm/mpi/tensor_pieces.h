#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace scalemark::comm {

inline std::byte* bytes_of(const at::Tensor& tensor) { return static_cast<std::byte*>(tensor.data_ptr()); }

/// A range of elements.
struct ElementRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// Piece `index` of `count` elements in pieces of `piece` elements, of which the last are shorter or empty.
inline ElementRange piece_of(std::int64_t count, std::int64_t piece, std::int64_t index) {
  const std::int64_t first = std::min(count, index * piece);
  return {first, std::min(piece, count - first)};
}

inline std::int64_t pieces_in(std::int64_t count, std::int64_t piece) { return (count + piece - 1) / piece; }

}  // namespace scalemark::comm
