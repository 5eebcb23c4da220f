#pragma once

namespace scalemark::kernels {

/// Blocks, threads of a block and bytes that these share.
struct KernelShape {
  int blocks_x, blocks_y, threads_x, threads_y;
  int shared_bytes;
};

}  // namespace scalemark::kernels
