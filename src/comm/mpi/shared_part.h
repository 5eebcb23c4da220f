#pragma once

#include <cstddef>
#include <cstdint>

#include "core/descriptor.h"

namespace scalemark::comm {

/// Where another process finds a rank's part of the shared memory. The numbers alone prove nothing: in another PID
/// namespace, as of a container, they belong to another process and to another file.
struct SharedPartAddress {
  std::int64_t process = 0;
  std::int64_t descriptor = -1;
  std::uint64_t token = 0;  ///< random; the part begins with it
};

/// An anonymous file (memfd) of `bytes`, sealed so that nobody can shrink it under those who map it, that begins with
/// `token` and is zero otherwise. An empty descriptor where the system refuses.
Descriptor make_shared_part(std::size_t bytes, std::uint64_t token);

/// Maps a part; nullptr where the system refuses.
std::byte* map_shared_part(const Descriptor& part, std::size_t bytes);

/// Opens the part at `address`. An empty descriptor where what stands there is anything but what make_shared_part()
/// made with these `bytes` and this token, by this user; such a file is looked at without being opened.
Descriptor open_shared_part(const SharedPartAddress& address, std::size_t bytes);

}  // namespace scalemark::comm
