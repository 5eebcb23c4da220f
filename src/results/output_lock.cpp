#include "results/output_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "core/environment.h"
#include "core/error.h"
#include "core/host_name.h"

namespace scalemark::results {
namespace {

std::string who_we_are() {
  const auto job = process_environment("SLURM_JOB_ID");
  return fmt::format("process {} on {}{}", getpid(), host_name(), job ? fmt::format(", Slurm job {}", *job) : "");
}

std::string content_of(int fd) {
  std::array<char, 512> text{};
  const ssize_t count = pread(fd, text.data(), text.size(), 0);
  return count > 0 ? std::string(text.data(), static_cast<std::size_t>(count)) : "another process";
}

/// Whether the open file is still the one that the path names: its last holder may have removed it meanwhile.
bool is_at(const std::filesystem::path& path, int fd) {
  struct stat opened {};
  struct stat named {};
  return fstat(fd, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

/// Whether writing to the open file changes nothing but what the path shows: another user may have put a hard link to a
/// file of ours there, or a pipe.
bool is_a_file_of_its_own(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
}

}  // namespace

OutputLock::OutputLock(const std::filesystem::path& output) : path_(output.string() + ".lock") {
  constexpr mode_t kByUmask = 0666;
  for (;;) {
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kByUmask);
    if (fd_ < 0) return;
    if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return;
      const std::string holder = content_of(fd_);
      close(fd_);
      throw InputError(
          fmt::format("{} is being written by {}: wait for it, or choose another --output", output.string(), holder));
    }
    if (is_at(path_, fd_)) break;
    close(fd_);
  }
  if (!is_a_file_of_its_own(fd_)) return;
  const std::string text = who_we_are();
  // What is written here is only for the message above.
  if (ftruncate(fd_, 0) != 0 || pwrite(fd_, text.data(), text.size(), 0) < 0) return;
}

OutputLock::~OutputLock() {
  if (fd_ < 0) return;
  if (is_at(path_, fd_)) unlink(path_.c_str());
  close(fd_);
}

}  // namespace scalemark::results
