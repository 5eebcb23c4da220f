#include "comm/backend.h"
#include "comm/nccl/nccl_communicator.h"
#include "core/error.h"

namespace scalemark::comm {

std::unique_ptr<Communicator> make_nccl_communicator(const at::Device&, double, const NcclSettings&) {
  throw LaunchError(
      "this build has no CUDA backend: build with -DSCALEMARK_CUDA=ON on a machine with a CUDA build of LibTorch, "
      "or run on the CPU with --set device=cpu");
}

std::string nccl_version() { return {}; }

}  // namespace scalemark::comm
