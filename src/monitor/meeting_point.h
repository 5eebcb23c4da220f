#pragma once

#include <optional>
#include <string>
#include <vector>

#include "monitor/line_socket.h"
#include "monitor/listener.h"

namespace scalemark::monitor {

/// Where rank 0 listens for the other ranks' monitors. MPI brings it to them.
struct MeetingPoint {
  std::string token;  ///< of this job: another program may have the port, and another host the address
  int port = 0;
  std::string host;
  std::string network;                 ///< own_network()
  std::vector<std::string> addresses;  ///< of the listener, one that holds on its host alone last
};

/// Of this process's listener, with a new token.
MeetingPoint meeting_point_at(const Listener& listener);

/// One line, and back from it.
std::string to_text(const MeetingPoint& point);
MeetingPoint meeting_point_of(const std::string& text);

/// Tries the addresses in turn, over and over, until one answers with the token; nullopt where none does for `seconds`.
/// An address that is this machine's as well is called only where the listener is in the same network: elsewhere
/// whoever listens there is a stranger, and would learn the token.
std::optional<LineSocket> call(const MeetingPoint& point, int rank, double seconds = 10);

}  // namespace scalemark::monitor
