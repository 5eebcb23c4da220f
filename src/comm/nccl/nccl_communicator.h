#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "comm/communicator.h"
#include "comm/nccl_settings.h"

namespace scalemark::comm {

/// The group of all ranks for tensors on the CUDA device `device`. Collective over MPI_COMM_WORLD.
/// @throws LaunchError where NCCL is not built in, or a step of its set-up takes longer than `deadline_seconds`.
std::unique_ptr<Communicator> make_nccl_communicator(const at::Device& device, double deadline_seconds,
                                                     const NcclSettings& settings);

}  // namespace scalemark::comm
