#include "comm/nccl/nccl_check.h"

#include <fmt/format.h>

#include "core/error.h"

namespace scalemark::comm {

std::string nccl_error_message(ncclResult_t result, ncclComm_t comm, const char* call, const char* file, int line) {
  const char* last = ncclGetLastError(comm);
  return fmt::format("{}:{}: {} failed: {}{}{}; NCCL_DEBUG=INFO in the environment shows more", file, line, call,
                     ncclGetErrorString(result), last != nullptr && *last != '\0' ? ": " : "",
                     last != nullptr ? last : "");
}

void throw_nccl_error(ncclResult_t result, ncclComm_t comm, const char* call, const char* file, int line) {
  throw LaunchError(nccl_error_message(result, comm, call, file, line));
}

}  // namespace scalemark::comm
