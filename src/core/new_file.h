#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/descriptor.h"

namespace scalemark {

/// A file that this process makes, in a folder that others may write to as well. What stands at the path already, be it
/// a file or a symbolic link to one, is never opened. Every function throws std::system_error with the system's reason.
class NewFile {
 public:
  /// With the mode that the umask leaves. std::errc::file_exists where the path is taken.
  explicit NewFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  int fd() const { return file_.get(); }

  void write(std::span<const std::byte> bytes);
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  void sync();

  /// Reports what the file system held back until now, as a network file system does with a full disk.
  void finish();

  /// Whether `path` names this very file.
  bool is_at(const std::filesystem::path& path) const;

 private:
  std::filesystem::path path_;
  Descriptor file_;
};

}  // namespace scalemark
