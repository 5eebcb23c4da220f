#include <torch/cuda.h>

#include <cstdlib>

#include "comm/backend.h"
#include "comm/backend_under_test.h"
#include "monitor/control_group.h"

namespace scalemark::comm {
namespace {

// NCCL refuses two ranks on one device of one host: with fewer devices than ranks each rank claims a host of its own.
void claim_own_host(int rank) {
  setenv("NCCL_HOSTID", ("rank" + std::to_string(rank)).c_str(), 1);
  setenv("NCCL_NET", "Socket", 1);
}

int device_count() { return static_cast<int>(torch::cuda::device_count()); }

}  // namespace

std::string why_backend_cannot_run() {
  if (nccl_version().empty()) return "NCCL is not built in";
  return device_count() == 0 ? "no CUDA device here" : "";
}

at::Device device_under_test() {
  static const int node_rank = monitor::ControlGroup::world().node_rank();
  return {at::kCUDA, static_cast<at::DeviceIndex>(node_rank % device_count())};
}

std::unique_ptr<Communicator> make_backend_under_test() {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  if (world.node_size() > device_count()) claim_own_host(world.rank());
  return make_communicator(device_under_test());
}

}  // namespace scalemark::comm
