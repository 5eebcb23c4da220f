#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/descriptor.h"
#include "monitor/line_socket.h"

namespace scalemark::monitor {

/// Where rank 0 waits for calls.
class Listener {
 public:
  /// For this user's processes of the same network alone (own_network()): a socket in the abstract name space, which
  /// neither the network nor a file system knows. @throws LaunchError
  static Listener for_this_user();

  /// On every address of this host, of IPv4 and IPv6, at a port that is free. @throws LaunchError
  static Listener for_every_host();

  int port() const { return port_; }
  int fd() const { return socket_.get(); }

  /// What connect_to() takes, one for each way to get here; one that holds on this host alone last.
  const std::vector<std::string>& addresses() const { return addresses_; }

  /// The next connection; an empty one where another user of this host made it, and it was closed; nullopt where nobody
  /// waits.
  std::optional<Descriptor> accept();

 private:
  Listener(Descriptor socket, int port, std::vector<std::string> addresses)
      : socket_(std::move(socket)), port_(port), addresses_(std::move(addresses)) {}

  Descriptor socket_;
  int port_;
  std::vector<std::string> addresses_;
};

/// Connects within `seconds` to an IPv4 or IPv6 address, or to @NAME in the abstract name space; nullopt where that
/// fails, or another user listens at @NAME.
std::optional<LineSocket> connect_to(const std::string& address, int port, double seconds);

}  // namespace scalemark::monitor
