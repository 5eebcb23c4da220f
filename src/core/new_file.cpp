#include "core/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace scalemark {
namespace {

constexpr mode_t kByUmask = 0666;

[[noreturn]] void throw_error(const char* action, const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), fmt::format("{} {}", action, path.string()));
}

}  // namespace

NewFile::NewFile(std::filesystem::path path)
    : path_(std::move(path)),
      file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kByUmask)) {
  if (!file_) throw_error("creating", path_);
}

void NewFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_error("writing", path_);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void NewFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_error("writing", path_);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void NewFile::sync() {
  // EINVAL: a file system that has no notion of it.
  if (fsync(file_.get()) != 0 && errno != EINVAL) throw_error("syncing", path_);
}

void NewFile::finish() {
  // Closing any descriptor of the file has its content sent off; this one is still wanted by is_at().
  const int copy = fcntl(file_.get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0 || close(copy) != 0) throw_error("closing", path_);
}

bool NewFile::is_at(const std::filesystem::path& path) const {
  struct stat own {};
  struct stat named {};
  return fstat(file_.get(), &own) == 0 && lstat(path.c_str(), &named) == 0 && own.st_dev == named.st_dev &&
         own.st_ino == named.st_ino;
}

}  // namespace scalemark
