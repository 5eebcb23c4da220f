#include "monitor/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace scalemark::monitor {
namespace {

template <typename Address>
SocketAddress stored(const Address& address, std::size_t size = sizeof(Address)) {
  SocketAddress result;
  std::memcpy(&result.storage, &address, sizeof(address));
  result.size = static_cast<socklen_t>(size);
  return result;
}

SocketAddress stored(const in_addr& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = host;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return stored(address);
}

SocketAddress stored(const in6_addr& host, int port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = host;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  return stored(address);
}

/// In the abstract name space: a zero byte in place of the @, and no zero at the end.
std::optional<SocketAddress> local_address(const std::string& name) {
  sockaddr_un address{};
  if (name.size() > sizeof(address.sun_path)) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data() + 1, name.size() - 1);
  return stored(address, offsetof(sockaddr_un, sun_path) + name.size());
}

}  // namespace

std::optional<SocketAddress> socket_address(const std::string& address, int port) {
  in_addr host4{};
  in6_addr host6{};
  if (address.starts_with('@')) return local_address(address);
  if (inet_pton(AF_INET, address.c_str(), &host4) == 1) return stored(host4, port);
  if (inet_pton(AF_INET6, address.c_str(), &host6) == 1) return stored(host6, port);
  return std::nullopt;
}

SocketAddress any_address(int family) {
  return family == AF_INET6 ? stored(in6addr_any, 0) : stored(in_addr{htonl(INADDR_ANY)}, 0);
}

int port_of(const Descriptor& socket) {
  SocketAddress bound;
  bound.size = sizeof(bound.storage);
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) return 0;
  // The port stands in the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound.storage)->sin_port);
}

}  // namespace scalemark::monitor
