#include "results/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace scalemark::results {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0666;

[[noreturn]] void throw_system_error(const char* action, const fs::path& path, int error = errno) {
  throw std::system_error(error, std::generic_category(), fmt::format("{} {}", action, path.string()));
}

/// An open file descriptor.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, kMode)) {
    if (fd_ < 0) throw_system_error("opening", path_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }

  void write_all(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw_system_error("writing", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void sync() const {
    // EINVAL: a file system that has no notion of it, as for folders on some network mounts.
    if (::fsync(fd_) != 0 && errno != EINVAL) throw_system_error("syncing", path_);
  }

  /// A network file system reports a full disk as late as here.
  void close() {
    if (::close(std::exchange(fd_, -1)) != 0) throw_system_error("closing", path_);
  }

 private:
  fs::path path_;
  int fd_;
};

std::string partial_prefix(const fs::path& path) { return path.filename().string() + ".partial-"; }

/// The host's name as well as the process's number: two nodes may run one number.
fs::path partial_path(const fs::path& path) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return fs::path(path).replace_filename(fmt::format("{}{}-{}", partial_prefix(path), host.data(), ::getpid()));
}

void sync_folder(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

/// The content under a temporary name, removed unless it was renamed.
class PartialFile {
 public:
  PartialFile(const fs::path& path, std::span<const std::byte> bytes) : path_(partial_path(path)) {
    try {
      Descriptor file(path_, O_WRONLY | O_CREAT | O_TRUNC);
      file.write_all(bytes);
      file.sync();
      file.close();
    } catch (...) {
      remove();
      throw;
    }
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile() { remove(); }

  void rename_to(const fs::path& path) const {
    if (std::rename(path_.c_str(), path.c_str()) != 0) throw_system_error("renaming to", path);
  }

  /// Gives the content the name `path` as well, unless there is such a file already.
  bool link_to(const fs::path& path) const {
    if (::link(path_.c_str(), path.c_str()) == 0) return true;
    if (errno == EEXIST) throw_system_error("creating", path);
    return false;
  }

 private:
  void remove() const { ::unlink(path_.c_str()); }
  fs::path path_;
};

}  // namespace

void create_durably(const fs::path& path, std::span<const std::byte> bytes) {
  const PartialFile partial(path, bytes);
  // A file system without hard links: reserve the name first, empty for the moment of the renaming.
  if (!partial.link_to(path)) {
    Descriptor(path, O_WRONLY | O_CREAT | O_EXCL).close();
    partial.rename_to(path);
  }
  sync_folder(path);
}

void replace_durably(const fs::path& path, std::span<const std::byte> bytes) {
  const PartialFile partial(path, bytes);
  partial.rename_to(path);
  sync_folder(path);
}

void remove_partial_files(const fs::path& path) {
  const std::string prefix = partial_prefix(path);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", ignored))
    if (entry.path().filename().string().starts_with(prefix)) fs::remove(entry.path(), ignored);
}

std::vector<std::byte> read_file(const fs::path& path, std::size_t limit_bytes) {
  // O_NONBLOCK: opening a pipe must not wait for a writer.
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
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
