#include "comm/mpi/shared_part.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace scalemark::comm {
namespace {

// A page beyond the end of a mapped file is a SIGBUS for whoever touches it.
constexpr int kFixedSize = F_SEAL_SHRINK | F_SEAL_GROW;

std::string link_to(std::int64_t process, std::int64_t descriptor) {
  return fmt::format("/proc/{}/fd/{}", process, descriptor);
}

/// Whether it may be opened: opening a pipe can wait, and opening a device can do anything.
bool may_be_a_part(const Descriptor& file, std::size_t bytes) {
  struct stat status {};
  return fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
         status.st_size == static_cast<off_t>(bytes);
}

/// Only a memfd has seals.
bool has_fixed_size(const Descriptor& file) {
  const int seals = fcntl(file.get(), F_GET_SEALS);
  return seals >= 0 && (seals & kFixedSize) == kFixedSize;
}

bool begins_with(const Descriptor& file, std::uint64_t token) {
  std::uint64_t found = 0;
  return pread(file.get(), &found, sizeof(found), 0) == ssize_t{sizeof(found)} && found == token;
}

}  // namespace

Descriptor make_shared_part(std::size_t bytes, std::uint64_t token) {
  Descriptor file(memfd_create("scalemark", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const bool made = file && ftruncate(file.get(), static_cast<off_t>(bytes)) == 0 &&
                    fcntl(file.get(), F_ADD_SEALS, kFixedSize | F_SEAL_SEAL) == 0 &&
                    pwrite(file.get(), &token, sizeof(token), 0) == ssize_t{sizeof(token)};
  return made ? std::move(file) : Descriptor();
}

std::byte* map_shared_part(const Descriptor& part, std::size_t bytes) {
  if (!part) return nullptr;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, part.get(), 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

Descriptor open_shared_part(const SharedPartAddress& address, std::size_t bytes) {
  if (address.descriptor < 0) return Descriptor();
  const Descriptor found(open(link_to(address.process, address.descriptor).c_str(), O_PATH | O_CLOEXEC));
  if (!found || !may_be_a_part(found, bytes)) return Descriptor();
  // The same file, whatever the other process has put behind its number since.
  Descriptor file(open(link_to(getpid(), found.get()).c_str(), O_RDWR | O_CLOEXEC));
  if (!file || !has_fixed_size(file) || !begins_with(file, address.token)) return Descriptor();
  return file;
}

}  // namespace scalemark::comm
