#pragma once

#include <mpi.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "comm/mpi/chunk.h"
#include "mpi/mpi_check.h"

namespace scalemark::comm {

/// MPI requests that were started together.
class RequestsChunk : public Chunk {
 public:
  explicit RequestsChunk(std::vector<MPI_Request> requests) : requests_(std::move(requests)) {}

  bool advance() override {
    int done = 0;
    MPI_CHECK(MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &done, MPI_STATUSES_IGNORE));
    if (done != 0) requests_.clear();
    return done != 0;
  }

  bool is_done() const override { return requests_.empty(); }

 private:
  std::vector<MPI_Request> requests_;
};

}  // namespace scalemark::comm
