#pragma once

#include <mpi.h>

namespace scalemark::mpi {

/// @throws LaunchError naming the call, its place in the source and MPI's own message.
[[noreturn]] void throw_mpi_error(int code, const char* call, const char* file, int line);

inline void check_mpi(int code, const char* call, const char* file, int line) {
  if (code != MPI_SUCCESS) throw_mpi_error(code, call, file, line);
}

}  // namespace scalemark::mpi

#define MPI_CHECK(call) ::scalemark::mpi::check_mpi((call), #call, __FILE__, __LINE__)
