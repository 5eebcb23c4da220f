#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/new_file.h"

namespace scalemark {

/// The content of a file that is not whole yet, under a name beside it that nobody can guess:
/// PATH.partial-HOST-PROCESS-RANDOM. It is locked (flock) until it gets the name of its file, so that
/// remove_partial_files() leaves it alone, and goes with the object unless it was renamed. Every function throws
/// std::system_error with the system's reason.
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path path);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  NewFile& content() { return content_; }

  /// Puts the content in place of what stands at `path`.
  void replace();

  /// Gives the content the name `path`. std::errc::file_exists where that is taken.
  void create();

 private:
  void release_lock() const;
  void check_is_at_path() const;

  std::filesystem::path path_;
  NewFile content_;
};

/// Removes the partial files (and folders) of `path` that killed processes left. On a file system without locks they
/// cannot be told from those that are being written, and all are removed.
void remove_partial_files(const std::filesystem::path& path);

}  // namespace scalemark
