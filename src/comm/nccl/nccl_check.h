#pragma once

#include <nccl.h>

#include <string>

namespace scalemark::comm {

/// Names the call, its place in the source and NCCL's own message.
std::string nccl_error_message(ncclResult_t result, ncclComm_t comm, const char* call, const char* file, int line);

/// @throws LaunchError naming the call, its place in the source and NCCL's own message.
[[noreturn]] void throw_nccl_error(ncclResult_t result, ncclComm_t comm, const char* call, const char* file, int line);

/// A call on a non-blocking communicator may go on in the background: that is no error.
inline void check_nccl(ncclResult_t result, ncclComm_t comm, const char* call, const char* file, int line) {
  if (result != ncclSuccess && result != ncclInProgress) throw_nccl_error(result, comm, call, file, line);
}

}  // namespace scalemark::comm

/// `communicator` is the one that knows the last error; nullptr where there is none yet.
#define NCCL_CHECK(call, communicator) ::scalemark::comm::check_nccl((call), (communicator), #call, __FILE__, __LINE__)
