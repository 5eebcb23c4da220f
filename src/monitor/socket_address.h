#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>

#include "core/descriptor.h"

namespace scalemark::monitor {

/// An address of any family, as the system takes it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Of an IPv4 or IPv6 address in figures, or of @NAME in the abstract name space, which has no port; nullopt where the
/// text is none of them.
std::optional<SocketAddress> socket_address(const std::string& address, int port);

/// Every address of this host, at a port that is free.
SocketAddress any_address(int family);

int port_of(const Descriptor& socket);

}  // namespace scalemark::monitor
