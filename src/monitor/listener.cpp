#include "monitor/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "monitor/own_network.h"
#include "monitor/socket_address.h"
#include "monitor/token.h"

namespace scalemark::monitor {
namespace {

Descriptor listening_socket(int family) {
  return Descriptor(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool listens(const Descriptor& socket, const SocketAddress& at) {
  return socket && bind(socket.get(), at.generic(), at.size) == 0 && listen(socket.get(), SOMAXCONN) == 0;
}

/// Both families at once, or IPv4 where this host has no other.
Descriptor network_socket() {
  Descriptor both = listening_socket(AF_INET6);
  const int off = 0;
  if (both) setsockopt(both.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (listens(both, any_address(AF_INET6))) return both;
  Descriptor old = listening_socket(AF_INET);
  return listens(old, any_address(AF_INET)) ? std::move(old) : Descriptor();
}

[[noreturn]] void throw_cannot_listen() {
  throw LaunchError(std::string("rank 0 cannot listen for the other ranks: ") + std::strerror(errno));
}

/// Over the network nobody can tell; there the token has to.
bool is_another_user(const Descriptor& connection) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  int domain = 0;
  socklen_t domain_size = sizeof(domain);
  const bool local =
      getsockopt(connection.get(), SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) == 0 && domain == AF_UNIX;
  return local && (getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != geteuid());
}

/// Waits in line where other calls are waiting to be accepted.
bool connect_within(double seconds, const Descriptor& socket, const SocketAddress& target) {
  timeval limit{};
  limit.tv_sec = static_cast<time_t>(seconds);
  limit.tv_usec = static_cast<suseconds_t>(1e6 * (seconds - std::floor(seconds)));
  return setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
         connect(socket.get(), target.generic(), target.size) == 0;
}

}  // namespace

Listener Listener::for_this_user() {
  const std::string name = "@scalemark-" + new_token();
  Descriptor socket = listening_socket(AF_UNIX);
  if (!listens(socket, *socket_address(name, 0))) throw_cannot_listen();
  return {std::move(socket), 0, {name}};
}

Listener Listener::for_every_host() {
  Descriptor socket = network_socket();
  if (!socket) throw_cannot_listen();
  const int port = port_of(socket);
  return {std::move(socket), port, own_addresses()};
}

std::optional<Descriptor> Listener::accept() {
  Descriptor connection(accept4(fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!connection) return std::nullopt;
  return is_another_user(connection) ? Descriptor() : std::move(connection);
}

std::optional<LineSocket> connect_to(const std::string& address, int port, double seconds) {
  const auto target = socket_address(address, port);
  if (!target) return std::nullopt;
  Descriptor connection(socket(target->generic()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!connection || !connect_within(seconds, connection, *target) || is_another_user(connection)) return std::nullopt;
  fcntl(connection.get(), F_SETFL, O_NONBLOCK);
  return LineSocket(std::move(connection));
}

}  // namespace scalemark::monitor
