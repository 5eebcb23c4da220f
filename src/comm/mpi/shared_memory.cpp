#include "comm/mpi/shared_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "comm/mpi/shared_part.h"
#include "mpi/mpi_check.h"
#include "mpi/mpi_wait.h"

namespace scalemark::comm {
namespace {

std::vector<SharedPartAddress> exchange(const mpi::MpiComm& ranks, const SharedPartAddress& mine) {
  std::vector<SharedPartAddress> all(static_cast<std::size_t>(ranks.size()));
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Iallgather(&mine, sizeof(SharedPartAddress), MPI_BYTE, all.data(), sizeof(SharedPartAddress), MPI_BYTE,
                           ranks.get(), &request));
  mpi::wait_asleep(request);
  return all;
}

bool all_agree(const mpi::MpiComm& ranks, bool mine) {
  int all = 0;
  const int own = mine ? 1 : 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Iallreduce(&own, &all, 1, MPI_INT, MPI_MIN, ranks.get(), &request));
  mpi::wait_asleep(request);
  return all == 1;
}

std::uint64_t random_token() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

}  // namespace

std::unique_ptr<SharedMemory> SharedMemory::among(const mpi::MpiComm& ranks, std::size_t bytes_per_rank) {
  const bool one_host = ranks.split_by_host().size() == ranks.size();
  if (ranks.size() == 1 || !all_agree(ranks, one_host)) return nullptr;
  auto memory = std::unique_ptr<SharedMemory>(new SharedMemory(bytes_per_rank));
  const std::uint64_t token = random_token();
  const Descriptor own = make_shared_part(bytes_per_rank, token);
  const auto addresses = exchange(ranks, {getpid(), own.get(), token});
  for (int rank = 0; rank < ranks.size(); ++rank) {
    const auto& address = addresses[static_cast<std::size_t>(rank)];
    memory->parts_.push_back(rank == ranks.rank()
                                 ? map_shared_part(own, bytes_per_rank)
                                 : map_shared_part(open_shared_part(address, bytes_per_rank), bytes_per_rank));
  }
  const auto& parts = memory->parts_;
  // Agreed before any descriptor is closed: the others open it by its number.
  const bool complete = std::find(parts.begin(), parts.end(), nullptr) == parts.end();
  if (!all_agree(ranks, complete)) return nullptr;
  return memory;
}

SharedMemory::~SharedMemory() {
  for (std::byte* part : parts_) {
    if (part != nullptr) munmap(part, bytes_);
  }
}

}  // namespace scalemark::comm
