#include "results/hdf5_handle.h"

#include <fmt/format.h>

#include <string>

namespace scalemark::results {
namespace {

/// The first entry of a walk from the innermost call outwards is the most specific reason.
herr_t keep_first(unsigned index, const H5E_error2_t* entry, void* reason) {
  if (index == 0 && entry->desc != nullptr) static_cast<std::string*>(reason)->assign(entry->desc);
  return 0;
}

std::string innermost_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  return reason.empty() ? "the HDF5 library gives no reason" : reason;
}

std::string path_of(ObjectName object) {
  std::string path;
  if (object.location >= 0) {
    const ssize_t length = H5Iget_name(object.location, nullptr, 0);
    if (length > 0) {
      path.resize(static_cast<std::size_t>(length) + 1);
      H5Iget_name(object.location, path.data(), path.size());
      path.pop_back();
    }
  }
  if (object.name.empty()) return path;
  if (!path.empty() && path.back() != '/') path += '/';
  return path.append(object.name);
}

}  // namespace

Handle::~Handle() {
  if (id_ >= 0) H5Idec_ref(id_);
}

void throw_hdf5_error(const char* action, ObjectName object) {
  // First of all: any further call of the library clears its error stack.
  const std::string reason = innermost_reason();
  throw Hdf5Error(fmt::format("cannot {} '{}': {}", action, path_of(object), reason));
}

void refuse(ObjectName object, std::string_view complaint) {
  throw Hdf5Error(fmt::format("'{}' {}", path_of(object), complaint));
}

void silence_hdf5() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

}  // namespace scalemark::results
