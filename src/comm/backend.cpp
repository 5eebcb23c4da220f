#include "comm/backend.h"

#include "comm/mpi/mpi_communicator.h"
#include "comm/nccl/nccl_communicator.h"

namespace scalemark::comm {

std::unique_ptr<Communicator> make_communicator(const at::Device& device, double deadline_seconds,
                                                const NcclSettings& settings) {
  if (device.is_cuda()) return make_nccl_communicator(device, deadline_seconds, settings);
  return make_mpi_communicator();
}

}  // namespace scalemark::comm
