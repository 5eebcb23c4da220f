#pragma once

#include <string>
#include <vector>

namespace scalemark::monitor {

/// Names the network that this process is in: this machine, and its network namespace there (a container's, say).
/// Processes with the same name reach each other over loopback and over sockets in the abstract name space.
std::string own_network();

/// This machine's addresses in figures, 127.0.0.1 last; none that hold on one link only (fe80::).
std::vector<std::string> own_addresses();

}  // namespace scalemark::monitor
