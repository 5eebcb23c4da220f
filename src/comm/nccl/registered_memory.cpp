#include "comm/nccl/registered_memory.h"

namespace scalemark::comm {

bool registered_memory_helps(const SwitchSupport& support) {
  const bool one_node = support.ranks == support.ranks_of_node;
  return support.multicast && support.nvls_enable.value_or("") != "0" && support.ranks > 1 && one_node;
}

}  // namespace scalemark::comm
