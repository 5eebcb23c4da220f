#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/hdf5_handle.h"

namespace scalemark::results {

using Shape = std::vector<hsize_t>;

// Writing. Samples carry checksums, so that a flipped bit is an error and not a result.

Handle create_group(const Handle& parent, const std::string& name);

/// Writes `data`, of the native type `memory_type`, as `file_type`.
Handle write_dataset(const Handle& parent, const std::string& name, const Shape& shape, hid_t file_type,
                     hid_t memory_type, const void* data);

/// [item] variable-length UTF-8.
Handle write_texts(const Handle& parent, const std::string& name, std::span<const std::string> texts);

// Reading. All of it distrusts the file: what the schema does not have is refused with an Hdf5Error.

/// Whether `parent` has a link `name`; one that leads to another place or another file is refused.
bool has_member(const Handle& parent, const std::string& name);

/// The names of all links of `group`, in alphabetical order.
std::vector<std::string> member_names(const Handle& group);

Handle open_group(const Handle& parent, const std::string& name);
Handle open_dataset(const Handle& parent, const std::string& name);

/// The shape, once it has `rank` dimensions and no more elements than the file holds bytes for.
/// Refuses external and virtual storage, and filters outside the library.
Shape checked_shape(const Handle& dataset, int rank);

std::size_t element_count(const Shape& shape);

std::vector<double> read_reals(const Handle& dataset, const Shape& shape);
std::vector<std::int64_t> read_integers(const Handle& dataset, const Shape& shape);

/// [item] variable-length strings.
std::vector<std::string> read_texts(const Handle& parent, const std::string& name);

/// Frees the strings that the library allocated in `buffer` while reading.
class TextReclaimer {
 public:
  TextReclaimer(hid_t type, hid_t space, void* buffer) : type_(type), space_(space), buffer_(buffer) {}
  TextReclaimer(const TextReclaimer&) = delete;
  TextReclaimer& operator=(const TextReclaimer&) = delete;
  ~TextReclaimer() { H5Dvlen_reclaim(type_, space_, H5P_DEFAULT, buffer_); }

 private:
  hid_t type_;
  hid_t space_;
  void* buffer_;
};

}  // namespace scalemark::results
