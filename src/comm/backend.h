#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "comm/communicator.h"
#include "comm/nccl_settings.h"

namespace scalemark::comm {

/// The tensor group of all ranks on `device`: NCCL for a CUDA device, MPI for the CPU.
/// Collective over MPI_COMM_WORLD; NCCL is bootstrapped from MPI (unique id by MPI_Bcast).
/// @param settings  what NCCL is told, here and when the group is split; MPI is told nothing
/// @throws LaunchError where NCCL is not built in, or does not come up within `deadline_seconds`.
std::unique_ptr<Communicator> make_communicator(const at::Device& device, double deadline_seconds = 120,
                                                const NcclSettings& settings = {});

/// "2.28.9"; empty where NCCL is not built in.
std::string nccl_version();

}  // namespace scalemark::comm
