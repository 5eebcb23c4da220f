#pragma once

#include <string>

namespace scalemark::mpi {

/// Owns MPI_Init_thread and MPI_Finalize. Makes MPI return its errors, so that they can be named.
class MpiSession {
 public:
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// "Open MPI v4.1.4, ..." in one line.
  static std::string library_version();
};

}  // namespace scalemark::mpi
