#include "core/partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "core/host_name.h"

namespace scalemark {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_error(int error, const char* action, const fs::path& path) {
  throw std::system_error(error, std::generic_category(), fmt::format("{} {}", action, path.string()));
}

std::string partial_prefix(const fs::path& path) { return path.filename().string() + ".partial-"; }

/// Host and process tell a person whose it was; the rest keeps others from being there first.
fs::path partial_path(const fs::path& path) {
  std::random_device random;
  return fs::path(path).replace_filename(
      fmt::format("{}{}-{}-{:08x}{:08x}", partial_prefix(path), host_name(), getpid(), random(), random()));
}

bool is_being_written(const fs::path& partial) {
  const Descriptor file(open(partial.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file && flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace

PartialFile::PartialFile(fs::path path) : path_(std::move(path)), content_(partial_path(path_)) {
  static_cast<void>(flock(content_.fd(), LOCK_EX | LOCK_NB));  // or there are no locks here
}

PartialFile::~PartialFile() { unlink(content_.path().c_str()); }

// HDF5 locks what it reads, and would be refused a file that stands at its own path and still has our lock.
void PartialFile::release_lock() const { static_cast<void>(flock(content_.fd(), LOCK_UN)); }

void PartialFile::replace() {
  release_lock();
  if (std::rename(content_.path().c_str(), path_.c_str()) != 0) throw_error(errno, "renaming to", path_);
  check_is_at_path();
}

void PartialFile::create() {
  release_lock();
  if (link(content_.path().c_str(), path_.c_str()) == 0) return check_is_at_path();
  if (errno == EEXIST) throw_error(errno, "creating", path_);
  // A file system without hard links: reserve the name first, empty for the moment of the renaming.
  { const NewFile reserved(path_); }
  replace();
}

// Whoever may write to the folder may also have put another file in the place of the partial one.
void PartialFile::check_is_at_path() const {
  if (!content_.is_at(path_)) throw_error(ESTALE, "another program put its own file at", path_);
}

void remove_partial_files(const fs::path& path) {
  const std::string prefix = partial_prefix(path);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", ignored)) {
    const bool is_partial = entry.path().filename().string().starts_with(prefix);
    if (is_partial && !is_being_written(entry.path())) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace scalemark
