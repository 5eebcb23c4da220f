#include "comm/backend.h"
#include "comm/backend_under_test.h"

namespace scalemark::comm {

std::string why_backend_cannot_run() { return {}; }

at::Device device_under_test() { return at::kCPU; }

std::unique_ptr<Communicator> make_backend_under_test() { return make_communicator(device_under_test()); }

}  // namespace scalemark::comm
