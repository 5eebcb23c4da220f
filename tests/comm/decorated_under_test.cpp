#include <utility>

#include "comm/backend.h"
#include "comm/backend_under_test.h"
#include "comm/faulty_communicator.h"
#include "comm/watched_communicator.h"

namespace scalemark::comm {

std::string why_backend_cannot_run() { return {}; }

at::Device device_under_test() { return at::kCPU; }

std::unique_ptr<Communicator> make_backend_under_test() {
  static Activity activity;
  static Faults none;
  auto watched = make_watched_communicator(make_communicator(device_under_test()), activity);
  return make_faulty_communicator(std::move(watched), none, FaultyCalls::kAll);
}

}  // namespace scalemark::comm
