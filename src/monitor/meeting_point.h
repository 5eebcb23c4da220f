#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "monitor/line_socket.h"

namespace scalemark::monitor {

/// Where rank 0 listens for the other ranks' monitors.
struct MeetingPoint {
  std::uint64_t token = 0;  ///< of this job: another program may have the port, and another host the address
  int port = 0;
  std::string host;
  std::vector<std::string> addresses;  ///< loopback last
};

/// This host's, with a new token.
MeetingPoint meeting_point_at(const Listener& listener);

/// One line, and back from it.
std::string to_text(const MeetingPoint& point);
MeetingPoint meeting_point_of(const std::string& text);

/// Tries the addresses in turn, a few seconds each, until one answers with the token; nullopt where none does.
std::optional<LineSocket> call(const MeetingPoint& point, int rank);

}  // namespace scalemark::monitor
