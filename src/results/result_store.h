#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "results/records.h"

namespace scalemark::results {

/// Reads a whole result file of schema scalemark/1. The HDF5 library parses it in a child process first, since a
/// damaged file can crash the library.
/// @throws InputError naming the file and what is wrong: not HDF5, truncated, another schema, external links, shapes
/// too large.
ResultFile read_results(const std::filesystem::path& path);

/// The same without any sample: header, tables and the attributes of the cases. Of a file below schema minor 2, whose
/// tables hold less, everything is read, the tables are computed anew, and the samples are dropped.
ResultFile read_results_without_samples(const std::filesystem::path& path);

/// The same of many files, in the order given, by one child process for several files. @throws InputError as
/// read_results, of the first file that is not sound.
std::vector<ResultFile> read_all_without_samples(std::span<const std::filesystem::path> paths);

/// The one writer of a result file. The HDF5 library works on an image in memory; commit() puts the image beside the
/// file, syncs it and renames it, so that at any moment the path holds a whole, valid file. Not for use by two threads.
class ResultStore {
 public:
  /// Makes the file at `path` with the header, whose versions get that of the HDF5 library where they lack it.
  /// Of two jobs on one path one succeeds. @throws InputError where the path exists, is being written by another job,
  /// or cannot be written.
  static ResultStore create(const std::filesystem::path& path, ResultFile header);

  /// Continues the file at `path`; its cases are in contents(). @throws InputError as read_results, and where another
  /// job is writing it.
  static ResultStore resume(const std::filesystem::path& path);

  ResultStore(ResultStore&&) noexcept;
  ResultStore& operator=(ResultStore&&) noexcept;
  ~ResultStore();

  const ResultFile& contents() const;

  /// Inserts the case, or replaces the one with the same case_id. In memory only until commit().
  /// @throws std::invalid_argument for a record that the schema cannot hold (see results/record_checks.h).
  void put_case(CaseRecord record);

  /// Adds a line to the attribute `history` (a resumed job says when and how it went on).
  void add_history(const std::string& line);

  /// Makes everything put so far durable. @throws LaunchError naming the path and the system's reason (disk full, ...);
  /// the file then still holds the last commit.
  void commit();

 private:
  class Image;
  explicit ResultStore(std::unique_ptr<Image> image);
  std::unique_ptr<Image> image_;
};

}  // namespace scalemark::results
