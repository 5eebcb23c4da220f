#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/descriptor.h"

namespace scalemark::monitor {

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

}  // namespace scalemark::monitor
