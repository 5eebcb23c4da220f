#include "monitor/line_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace scalemark::monitor {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

sockaddr_in socket_address(in_addr_t address, int port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = address;
  result.sin_port = htons(static_cast<std::uint16_t>(port));
  return result;
}

const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

Descriptor tcp_socket() { return Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

LineSocket::LineSocket(Descriptor connection, std::size_t longest_line)
    : connection_(std::move(connection)), longest_line_(longest_line) {
  const int on = 1;
  setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void LineSocket::send(const std::string& line) { outgoing_ += line + '\n'; }

bool LineSocket::pump() {
  // Who hung up may have said something before.
  const bool sent = flush();
  return receive() && sent;
}

bool LineSocket::receive() {
  std::array<char, 16384> buffer{};
  if (incoming_.size() > longest_line_) return incoming_.find('\n') != std::string::npos;
  while (incoming_.size() <= longest_line_) {
    const ssize_t got = recv(fd(), buffer.data(), std::min(buffer.size(), longest_line_ + 1), 0);
    if (got < 0) return would_block();
    if (got == 0) return false;
    incoming_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return true;
}

bool LineSocket::flush() {
  std::size_t done = 0;
  bool alive = true;
  while (alive && done < outgoing_.size()) {
    const ssize_t sent = ::send(fd(), outgoing_.data() + done, outgoing_.size() - done, MSG_NOSIGNAL);
    if (sent < 0) {
      alive = would_block();
      break;
    }
    done += static_cast<std::size_t>(sent);
  }
  outgoing_.erase(0, done);
  return alive;
}

std::vector<std::string> LineSocket::take_lines() {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (auto end = incoming_.find('\n'); end != std::string::npos; end = incoming_.find('\n', begin)) {
    lines.push_back(incoming_.substr(begin, end - begin));
    begin = end + 1;
  }
  incoming_.erase(0, begin);
  return lines;
}

Listener::Listener() : socket_(tcp_socket()) {
  const sockaddr_in any = socket_address(htonl(INADDR_ANY), 0);
  sockaddr_in bound{};
  socklen_t size = sizeof(bound);
  if (!socket_ || bind(fd(), generic(any), sizeof(any)) != 0 || listen(fd(), SOMAXCONN) != 0 ||
      getsockname(fd(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    throw LaunchError(std::string("rank 0 cannot listen for the other ranks: ") + std::strerror(errno));
  }
  port_ = ntohs(bound.sin_port);
}

std::optional<LineSocket> Listener::accept() {
  Descriptor connection(accept4(fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!connection) return std::nullopt;
  return LineSocket(std::move(connection));
}

std::vector<std::string> own_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) == 0) {
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
      const bool usable = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
      if (!usable || one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
      std::array<char, INET_ADDRSTRLEN> text{};
      const auto* address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
      inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size());
      addresses.emplace_back(text.data());
    }
    freeifaddrs(all);
  }
  addresses.emplace_back(kLoopback);
  return addresses;
}

std::optional<LineSocket> connect_to(const std::string& address, int port, double seconds) {
  in_addr binary{};
  Descriptor connection = tcp_socket();
  if (inet_pton(AF_INET, address.c_str(), &binary) != 1 || !connection) return std::nullopt;
  const sockaddr_in target = socket_address(binary.s_addr, port);
  if (connect(connection.get(), generic(target), sizeof(target)) != 0) {
    if (errno != EINPROGRESS) return std::nullopt;
    pollfd ready{connection.get(), POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof(error);
    if (poll(&ready, 1, static_cast<int>(1e3 * seconds)) != 1 ||
        getsockopt(connection.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
      return std::nullopt;
    }
  }
  return LineSocket(std::move(connection));
}

}  // namespace scalemark::monitor
