#pragma once

#include <mpi.h>

#include <utility>

namespace scalemark::mpi {

/// Owns an MPI communicator.
class MpiComm {
 public:
  /// Collective: a communicator of the same ranks, whose messages meet no others.
  static MpiComm duplicate(MPI_Comm comm);

  MpiComm(MpiComm&& other) noexcept : handle_(std::exchange(other.handle_, MPI_COMM_NULL)) {}
  MpiComm& operator=(MpiComm&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~MpiComm();

  MPI_Comm get() const { return handle_; }
  int rank() const;
  int size() const;

  /// Collective: the first `size` ranks as one communicator, the rest as another.
  MpiComm split_first(int size) const;

  /// Collective: the ranks that share this host's memory.
  MpiComm split_by_host() const;

  /// Collective: returns when every rank has come, and sleeps until then.
  void barrier() const;

 private:
  explicit MpiComm(MPI_Comm handle) : handle_(handle) {}
  MPI_Comm handle_;
};

}  // namespace scalemark::mpi
