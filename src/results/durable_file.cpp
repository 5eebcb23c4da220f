#include "results/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/descriptor.h"
#include "core/partial_file.h"

namespace scalemark::results {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_system_error(const char* action, const fs::path& path, int error = errno) {
  throw std::system_error(error, std::generic_category(), fmt::format("{} {}", action, path.string()));
}

Descriptor open_for_reading(const fs::path& path, int flags) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!file) throw_system_error("opening", path);
  return file;
}

void sync_folder(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  // EINVAL: a file system that has no notion of it, as some network mounts.
  if (::fsync(open_for_reading(folder, O_DIRECTORY).get()) != 0 && errno != EINVAL)
    throw_system_error("syncing", folder);
}

void write_down(NewFile& file, std::span<const std::byte> bytes) {
  file.write(bytes);
  file.sync();
  file.finish();
}

}  // namespace

void create_durably(const fs::path& path, std::span<const std::byte> bytes) {
  PartialFile partial(path);
  write_down(partial.content(), bytes);
  partial.create();
  sync_folder(path);
}

void replace_durably(const fs::path& path, std::span<const std::byte> bytes) {
  PartialFile partial(path);
  write_down(partial.content(), bytes);
  partial.replace();
  sync_folder(path);
}

std::size_t stored_bytes(const fs::path& path) {
  const Descriptor file = open_for_reading(path, O_NONBLOCK);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_system_error("reading", path);
  // Each turn passes one stretch of data. A file system that knows no holes has one stretch, and one that cannot tell
  // has what the size says.
  off_t stored = 0;
  for (off_t at = 0; at < status.st_size;) {
    const off_t data = ::lseek(file.get(), at, SEEK_DATA);
    if (data < 0) return static_cast<std::size_t>(errno == ENXIO ? stored : status.st_size);
    at = ::lseek(file.get(), data, SEEK_HOLE);
    if (at < 0) return static_cast<std::size_t>(status.st_size);
    stored += at - data;
  }
  return static_cast<std::size_t>(stored);
}

std::vector<std::byte> read_file(const fs::path& path, std::size_t limit_bytes) {
  // O_NONBLOCK: opening a pipe must not wait for a writer.
  const Descriptor file = open_for_reading(path, O_NONBLOCK);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_system_error("reading", path);
  if (S_ISDIR(status.st_mode)) throw_system_error("reading", path, EISDIR);
  if (!S_ISREG(status.st_mode)) throw_system_error("reading", path, EINVAL);
  if (static_cast<std::size_t>(status.st_size) > limit_bytes) throw_system_error("reading", path, EFBIG);
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error("reading", path);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace scalemark::results
