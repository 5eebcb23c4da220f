#include "monitor/line_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace scalemark::monitor {
namespace {

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

}  // namespace scalemark::monitor
