#pragma once

#include <cstdint>

#include "core/host_device.h"
#include "kernels/kernel_shape.h"
#include "kernels/norm_block.h"

// A list of copies, each times one factor, as blocks of threads compute them in one launch: a GPU's kernel, which the
// host runs too. Blocks are those of norm_stages.h. Each block has a piece of one copy.
namespace scalemark::kernels {

/// One copy of the list. Both sides are dense, with their elements in the same order.
struct CopyPart {
  const void* from = nullptr;
  void* to = nullptr;
  std::int64_t elements = 0;
  std::int64_t first_block = 0;  ///< of the launch
};

constexpr int kMostCopies = 120;
constexpr int kCopyThreads = 256;
constexpr int kCopyAhead = 4;  ///< elements that a thread has under way at once
constexpr std::int64_t kCopyElements = std::int64_t{kCopyThreads} * kCopyAhead * 4;  ///< of one block

/// An argument of the kernel, by value: the list needs no memory of its own, and a graph keeps it.
struct ScaledCopiesPass {
  CopyPart parts[kMostCopies];
  int count = 0;
  int blocks = 0;
  float factor = 1;
};
static_assert(sizeof(ScaledCopiesPass) <= 4096, "what a kernel's arguments may take");

inline std::int64_t blocks_of_copy(std::int64_t elements) { return (elements + kCopyElements - 1) / kCopyElements; }

/// The copy that a block has a piece of: the last that begins there or before, by halves.
SCALEMARK_HOST_DEVICE inline const CopyPart& part_of(const ScaledCopiesPass& pass, std::int64_t block) {
  int begin = 0;
  int end = pass.count;
  while (end - begin > 1) {
    const int middle = (begin + end) / 2;
    (pass.parts[middle].first_block <= block ? begin : end) = middle;
  }
  return pass.parts[begin];
}

template <typename From, typename To, typename Block>
SCALEMARK_HOST_DEVICE void copy_scaled(Block& block, const ScaledCopiesPass& pass) {
  const CopyPart& part = part_of(pass, block.column_group);
  const auto* from = static_cast<const From*>(part.from);
  auto* to = static_cast<To*>(part.to);
  const std::int64_t begin = (block.column_group - part.first_block) * kCopyElements;
  const std::int64_t end = begin + kCopyElements < part.elements ? begin + kCopyElements : part.elements;
  block.each_thread([&](int x, int) {
    for_each_row<kCopyAhead>(
        begin + x, end, kCopyThreads, [&](std::int64_t i) { return from[i]; },
        [&](std::int64_t i, From value) { to[i] = static_cast<To>(static_cast<float>(value) * pass.factor); });
  });
}

inline KernelShape shape_of(const ScaledCopiesPass& pass) { return {pass.blocks, 1, kCopyThreads, 1, 0}; }

}  // namespace scalemark::kernels
