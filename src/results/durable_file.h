#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace scalemark::results {

// Whole files, written so that at any moment the path holds all of the old content or all of the new.
// Each function throws std::system_error with the system's reason, and leaves no temporary file behind.

/// Makes `path`, which must not exist: of two jobs that try, one succeeds and the other gets std::errc::file_exists.
void create_durably(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Puts `bytes` in place of the content of `path`; returns once the disk has them.
void replace_durably(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Bytes that the file has on the disk: its size without its holes.
std::size_t stored_bytes(const std::filesystem::path& path);

/// Reads a regular file of at most `limit_bytes`; a larger one is std::errc::file_too_large.
std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t limit_bytes);

}  // namespace scalemark::results
