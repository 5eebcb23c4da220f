#pragma once

#include <optional>
#include <string>

namespace scalemark::comm {

/// What decides whether a group of ranks can reduce in the NVLink switch (NVLS).
struct SwitchSupport {
  bool multicast = false;                  ///< the GPU can write to several others at once
  std::optional<std::string> nvls_enable;  ///< NCCL_NVLS_ENABLE
  int ranks = 1;
  int ranks_of_node = 1;
};

/// Whether buckets of NCCL's own memory, registered with it, are reduced faster: only NVLS reads them where they lie.
/// Rings and trees that reduce in place copy every bucket through their own buffers (NCCL 2.26 to 2.28), so that memory
/// outside LibTorch's allocator would bring them nothing.
bool registered_memory_helps(const SwitchSupport& support);

}  // namespace scalemark::comm
