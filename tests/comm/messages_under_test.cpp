#include "comm/backend_under_test.h"
#include "comm/mpi/mpi_communicator.h"

namespace scalemark::comm {

std::string why_backend_cannot_run() { return {}; }

at::Device device_under_test() { return at::kCPU; }

std::unique_ptr<Communicator> make_backend_under_test() { return make_mpi_communicator(HostPath::kMessages); }

}  // namespace scalemark::comm
