#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// The HDF5 file of a ResultFile in memory, which follows the records as they change.
class ResultImage {
 public:
  /// The file with `contents` as it belongs on a disk. Of the cases only those in `changed` are written anew, so the
  /// others must be as in the last call. After an exception the next call starts from nothing.
  std::vector<std::byte> bytes(const ResultFile& contents, const std::set<std::string>& changed);

 private:
  void rebuild(const ResultFile& contents);
  void update(const ResultFile& contents, const std::set<std::string>& changed);

  Handle file_;
  std::size_t compact_bytes_ = 0;  ///< size of the file when it was last written from nothing
};

/// What is read of a file: all of it, or the header, the tables and the attributes of the cases, without any sample.
enum class FileParts { kAll, kWithoutSamples };

/// Reads the file that `bytes` are. @throws Hdf5Error or std::invalid_argument for one that the schema refuses.
/// HDF5 1.10 follows the sizes in a file's heap of strings, which carry no checksum: one damaged byte there can crash
/// it, or send it round in circles. So bytes that are not known to be sound are read in isolation.
ResultFile parse_image(std::vector<std::byte>& bytes, FileParts parts = FileParts::kAll);

}  // namespace scalemark::results
