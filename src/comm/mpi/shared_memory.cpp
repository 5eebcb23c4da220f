#include "comm/mpi/shared_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

#include "core/descriptor.h"
#include "mpi/mpi_check.h"
#include "mpi/mpi_wait.h"

namespace scalemark::comm {
namespace {

/// Where a rank's part is found, and what stands at its start: another process namespace may have the number too.
struct Address {
  std::int64_t process = 0;
  std::int64_t descriptor = -1;
  std::uint64_t token = 0;
};

std::byte* map(int descriptor, std::size_t bytes) {
  if (descriptor < 0) return nullptr;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

std::vector<Address> exchange(const mpi::MpiComm& ranks, const Address& mine) {
  std::vector<Address> all(static_cast<std::size_t>(ranks.size()));
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(
      MPI_Iallgather(&mine, sizeof(Address), MPI_BYTE, all.data(), sizeof(Address), MPI_BYTE, ranks.get(), &request));
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

/// Maps another rank's part by way of /proc, which asks for the same user.
std::byte* map_part_of(const Address& other, std::size_t bytes) {
  if (other.descriptor < 0) return nullptr;
  const Descriptor file(open(fmt::format("/proc/{}/fd/{}", other.process, other.descriptor).c_str(), O_RDWR));
  std::byte* part = map(file.get(), bytes);
  if (part == nullptr) return nullptr;
  std::uint64_t token = 0;
  std::memcpy(&token, part, sizeof(token));
  if (token == other.token) return part;
  munmap(part, bytes);
  return nullptr;
}

}  // namespace

std::unique_ptr<SharedMemory> SharedMemory::among(const mpi::MpiComm& ranks, std::size_t bytes_per_rank) {
  const bool one_host = ranks.split_by_host().size() == ranks.size();
  if (ranks.size() == 1 || !all_agree(ranks, one_host)) return nullptr;
  auto memory = std::unique_ptr<SharedMemory>(new SharedMemory(bytes_per_rank));
  const Descriptor file(memfd_create("scalemark", MFD_CLOEXEC));
  const bool sized = file.get() >= 0 && ftruncate(file.get(), static_cast<off_t>(bytes_per_rank)) == 0;
  std::byte* own = sized ? map(file.get(), bytes_per_rank) : nullptr;

  std::random_device random;
  const Address mine{getpid(), own != nullptr ? file.get() : -1, (std::uint64_t{random()} << 32) | random()};
  if (own != nullptr) std::memcpy(own, &mine.token, sizeof(mine.token));
  const auto addresses = exchange(ranks, mine);
  for (int rank = 0; rank < ranks.size(); ++rank) {
    const auto& address = addresses[static_cast<std::size_t>(rank)];
    memory->parts_.push_back(rank == ranks.rank() ? own : map_part_of(address, bytes_per_rank));
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
