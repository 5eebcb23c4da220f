#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalemark::train {

/// A training between two of its steps: what it takes to go on to the bit.
struct Checkpoint {
  std::string mark;                     ///< to which point of which training it belongs
  std::int64_t step = 0;                ///< of the schedule and of the walk over the batches: the next
  std::vector<std::string> generators;  ///< [rank] states of the random numbers
  std::string layout;                   ///< of the tensors: types and sizes
  std::string tensors;                  ///< their bytes, one behind the other
};

/// The bytes of a file that holds it, with a checksum.
std::string encode(const Checkpoint& checkpoint);

/// nullopt where the bytes are none of ours, cut short or changed.
std::optional<Checkpoint> decode(std::string_view bytes);

/// Types and sizes, "Float[64,3,3,3] Long[] ".
std::string layout_of(const std::vector<at::Tensor>& tensors);

std::string bytes_of(const std::vector<at::Tensor>& tensors);

/// Writes the bytes into the tensors. @throws std::invalid_argument where they are not as many as these hold
void write_bytes(std::string_view bytes, const std::vector<at::Tensor>& tensors);

}  // namespace scalemark::train
