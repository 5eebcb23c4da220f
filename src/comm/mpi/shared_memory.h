#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "mpi/mpi_comm.h"

namespace scalemark::comm {

/// Memory that the ranks of one host have in common: a part per rank, zero at first, seen by all of them.
///
/// It has no name in the file system, so that a job which is killed leaves nothing behind, and needs no room in
/// /dev/shm. It goes with the last process that has it: a rank may drop its part while others still read it.
class SharedMemory {
 public:
  /// Collective. nullptr on every rank where they are on several hosts, or may not see each other's memory.
  static std::unique_ptr<SharedMemory> among(const mpi::MpiComm& ranks, std::size_t bytes_per_rank);

  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  std::byte* of_rank(int rank) const { return parts_[static_cast<std::size_t>(rank)]; }

 private:
  explicit SharedMemory(std::size_t bytes) : bytes_(bytes) {}

  std::size_t bytes_;
  std::vector<std::byte*> parts_;  ///< [rank]; nullptr where it could not be mapped
};

}  // namespace scalemark::comm
