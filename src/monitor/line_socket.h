#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/descriptor.h"

namespace scalemark::monitor {

/// A connection that carries lines of text. Nothing here waits, and no call takes or keeps more than about twice the
/// longest line, whatever the other end sends.
class LineSocket {
 public:
  // No message of a rank is near this long: whoever sends more is none of us.
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;

  explicit LineSocket(Descriptor connection, std::size_t longest_line = kLongestLine);

  void set_longest_line(std::size_t bytes) { longest_line_ = bytes; }

  void send(const std::string& line);

  /// Moves some of what can be moved; take_lines() makes room for more. False once the other end is gone, or sends what
  /// are no lines.
  bool pump();

  /// The whole lines that came.
  std::vector<std::string> take_lines();

  int fd() const { return connection_.get(); }

 private:
  bool receive();
  bool flush();

  Descriptor connection_;
  std::size_t longest_line_;
  std::string incoming_;
  std::string outgoing_;
};

}  // namespace scalemark::monitor
