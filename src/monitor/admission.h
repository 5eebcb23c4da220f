#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "monitor/line_socket.h"
#include "monitor/listener.h"

namespace scalemark::monitor {

/// Lets the ranks of this job in, and nobody else. Whoever reaches the listener may connect: each admit() takes bounded
/// time and memory whatever strangers send, and a rank gets in however many of them are before it.
class Admission {
 public:
  using Clock = std::chrono::steady_clock;

  /// Connections that have not said who they are; beyond it the oldest is closed.
  static constexpr std::size_t kMostPending = 128;
  static constexpr int kMostAcceptedAtOnce = 512;
  static constexpr std::size_t kLongestHello = 1024;  // bytes
  static constexpr std::chrono::seconds kHelloWithin{3};

  /// A rank that said hello with the token, and has been answered.
  struct Admitted {
    int rank;
    std::string host;
    LineSocket socket;
  };

  /// For ranks 1 to `ranks` - 1.
  Admission(Listener listener, std::string token, int ranks);

  std::vector<int> descriptors() const;

  /// The ranks that have said hello since the last call. One that had no answer in time calls again and comes again;
  /// its latest connection is the one that it uses.
  std::vector<Admitted> admit(Clock::time_point now);

 private:
  struct Pending {
    LineSocket socket;
    Clock::time_point since;
  };

  /// Whether the connection is still to say hello. Else it was admitted, or is to be closed.
  bool keeps_waiting(Pending& pending, Clock::time_point now, std::vector<Admitted>& admitted) const;
  void answer(LineSocket socket, const std::string& line, std::vector<Admitted>& admitted) const;

  Listener listener_;
  std::string token_;
  int ranks_;
  std::deque<Pending> pending_;  ///< the oldest first
};

}  // namespace scalemark::monitor
