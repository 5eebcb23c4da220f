#include "comm/nccl/nccl_check.h"

#include <fmt/format.h>

namespace scalemark::comm {
namespace {

std::string advice_for(ncclResult_t result) {
  if (result == ncclInProgress) return "unset NCCL_COMM_BLOCKING: Scalemark needs communicators whose calls block";
  return "NCCL_DEBUG=INFO in the environment shows more";
}

}  // namespace

bool lacks_memory(ncclResult_t result, std::string_view last_words) {
  if (result != ncclUnhandledCudaError && result != ncclSystemError) return false;
  // The words of CUDA's and of the C library's own message.
  return last_words.find("out of memory") != std::string_view::npos ||
         last_words.find("Cannot allocate memory") != std::string_view::npos;
}

std::exception_ptr nccl_failure(ncclResult_t result, ncclComm_t comm, const char* what, const char* file, int line) {
  const char* last = ncclGetLastError(comm);
  const std::string_view last_words = last == nullptr ? "" : last;
  const std::string message = fmt::format("{}:{}: {} failed: {}{}{}; {}", file, line, what, ncclGetErrorString(result),
                                          last_words.empty() ? "" : ": ", last_words, advice_for(result));
  if (lacks_memory(result, last_words)) return std::make_exception_ptr(NcclMemoryError(message));
  return std::make_exception_ptr(LaunchError(message));
}

}  // namespace scalemark::comm
