#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace scalemark::comm {

/// A file descriptor that is closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// A TCP connection that carries lines of text. Nothing here waits.
class LineSocket {
 public:
  explicit LineSocket(Descriptor connection);

  void send(const std::string& line);

  /// Moves what can be moved. False once the other end is gone, or sends what are no lines.
  bool pump();

  /// The whole lines that came.
  std::vector<std::string> take_lines();

  int fd() const { return connection_.get(); }

 private:
  bool receive();
  bool flush();

  Descriptor connection_;
  std::string incoming_;
  std::string outgoing_;
};

/// Listens on every address of this host, at a port that is free.
class Listener {
 public:
  /// @throws LaunchError
  Listener();

  int port() const { return port_; }
  int fd() const { return socket_.get(); }
  std::optional<LineSocket> accept();

 private:
  Descriptor socket_;
  int port_ = 0;
};

/// The IPv4 addresses of this host, that of the host itself (127.0.0.1) last.
std::vector<std::string> own_addresses();

/// Connects within `seconds`; nullopt where that fails.
std::optional<LineSocket> connect_to(const std::string& address, int port, double seconds);

}  // namespace scalemark::comm
