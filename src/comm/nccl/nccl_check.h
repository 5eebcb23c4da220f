#pragma once

#include <nccl.h>

#include <exception>
#include <string>
#include <string_view>

#include "core/error.h"

namespace scalemark::comm {

/// NCCL did not get the memory of the host or the GPU that it asked for.
class NcclMemoryError : public LaunchError {
 public:
  using LaunchError::LaunchError;
};

/// A communicator was not made in time. The call that makes it is still under way, and nothing can end it: no other one
/// may be made in this process.
class NcclLateError : public LaunchError {
 public:
  using LaunchError::LaunchError;
};

/// Whether a call failed because memory was missing. NCCL has no code of its own for it: `last_words`, its last
/// warning, tells. @param last_words  of ncclGetLastError
bool lacks_memory(ncclResult_t result, std::string_view last_words);

/// An NcclMemoryError or a LaunchError that names what failed, its place in the source and NCCL's own message.
std::exception_ptr nccl_failure(ncclResult_t result, ncclComm_t comm, const char* what, const char* file, int line);

/// @throws nccl_failure
inline void check_nccl(ncclResult_t result, ncclComm_t comm, const char* call, const char* file, int line) {
  if (result != ncclSuccess) std::rethrow_exception(nccl_failure(result, comm, call, file, line));
}

}  // namespace scalemark::comm

/// `communicator` is the one that knows the last error; nullptr where there is none yet.
#define NCCL_CHECK(call, communicator) ::scalemark::comm::check_nccl((call), (communicator), #call, __FILE__, __LINE__)
