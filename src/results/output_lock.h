#pragma once

#include <filesystem>

namespace scalemark::results {

/// Keeps other jobs from writing to the same output: an advisory lock on OUTPUT.lock, which says who holds it. The
/// system drops the lock when the process ends, however it ends, and the file is removed at an orderly end.
class OutputLock {
 public:
  /// @throws InputError where another job holds it. A file system without locks is used without, and one that refuses
  /// the file is left to the writer, which says so.
  explicit OutputLock(const std::filesystem::path& output);
  ~OutputLock();
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace scalemark::results
