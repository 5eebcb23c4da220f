#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "results/records.h"

namespace scalemark::app {

/// Files of strangers that a command shows: their texts are fit for people (results/shown_results.h).
struct ShownFiles {
  std::vector<results::ResultFile> files;
  std::size_t stored_bytes = 0;  ///< of all, on the disk
  std::size_t held_bytes = 0;    ///< of their samples and texts, in memory
};

using FileReader = results::ResultFile (*)(const std::filesystem::path&);

/// Reads the files and adds them to `shown`. @throws InputError as the reader does.
void add_shown(const std::vector<std::filesystem::path>& paths, ShownFiles& shown, FileReader reader);
ShownFiles read_shown(const std::vector<std::filesystem::path>& paths, FileReader reader);

/// The same of files that were read together. Refers to `paths` for their sizes alone.
ShownFiles shown_of(const std::vector<std::filesystem::path>& paths, std::vector<results::ResultFile> files);

/// Bytes that a command may write for the files.
std::size_t most_written_bytes(const ShownFiles& shown);

/// Does `work` on the files with as much memory and processor time as files of honest jobs need several times over
/// (docs/reliability.md). @throws InputError where that is not enough, or where numbers of the files do not fit
/// together; a lack of time ends the process with the same exit code and one line.
void within_bounds(const ShownFiles& shown, const std::function<void()>& work);

}  // namespace scalemark::app
