#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "comm/communicator.h"

namespace scalemark::comm {

/// How NCCL does a collective of one size.
struct NcclChoice {
  std::string operation;  ///< "AllReduce"
  std::int64_t bytes = 0;
  std::string algorithm;  ///< "RING", "TREE", "NVLS", ...
  std::string protocol;   ///< "LL", "LL128", "SIMPLE"
  int channels = 0;       ///< thread blocks at work; 0: the log does not say

  bool operator==(const NcclChoice&) const = default;
};

/// The choices in a log of NCCL's subsystem TUNING, in its order:
/// "node:12:34 [0] NCCL INFO AllReduce: 4194304 Bytes -> Algo RING proto LL128 channel{Lo..Hi}={0..7}"
/// (NCCL 2.26 and 2.28, src/enqueue.cc). Lines that say something else are left out.
std::vector<NcclChoice> parse_nccl_choices(const std::string& log);

/// "ring, ll128, 8 channels"
std::string to_text(const NcclChoice& choice);

/// "1.00 MiB: ring, ll128, 8 channels; 25.0 MiB: ring, simple, 24 channels", each but once.
std::string to_text(const std::vector<NcclChoice>& choices);

/// Collective over `group`: does `work`, which starts collectives of the group and waits for the device. Not to be
/// timed.
/// @return on the group's rank 0 what NCCL chose for each of them; empty on the others, for another backend, where
/// NCCL_DEBUG is set already (the user's own log goes on as it is), and where this NCCL cannot be asked.
std::vector<NcclChoice> nccl_choices(const Communicator& group, const std::function<void()>& work);

}  // namespace scalemark::comm
