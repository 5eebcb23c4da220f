#include "monitor/admission.h"

#include <utility>

#include "monitor/monitor_messages.h"
#include "monitor/token.h"

namespace scalemark::monitor {

Admission::Admission(Listener listener, std::string token, int ranks)
    : listener_(std::move(listener)), token_(std::move(token)), ranks_(ranks) {}

std::vector<int> Admission::descriptors() const {
  std::vector<int> all{listener_.fd()};
  for (const auto& pending : pending_) all.push_back(pending.socket.fd());
  return all;
}

std::vector<Admission::Admitted> Admission::admit(Clock::time_point now) {
  std::vector<Admitted> admitted;
  std::deque<Pending> waiting;
  const auto hear = [&](Pending pending) {
    if (keeps_waiting(pending, now, admitted)) waiting.push_back(std::move(pending));
  };
  for (auto& pending : pending_) hear(std::move(pending));
  for (int accepted = 0; accepted < kMostAcceptedAtOnce; ++accepted) {
    auto connection = listener_.accept();
    if (!connection) break;
    // A rank says hello at once, and is heard before others can push it out.
    if (*connection) hear({LineSocket(std::move(*connection), kLongestHello), now});
    if (waiting.size() > kMostPending) waiting.pop_front();
  }
  pending_ = std::move(waiting);
  return admitted;
}

bool Admission::keeps_waiting(Pending& pending, Clock::time_point now, std::vector<Admitted>& admitted) const {
  // A rank that hung up calls again.
  if (!pending.socket.pump()) return false;
  const auto lines = pending.socket.take_lines();
  if (lines.empty()) return now - pending.since < kHelloWithin;
  answer(std::move(pending.socket), lines.front(), admitted);
  return false;
}

void Admission::answer(LineSocket socket, const std::string& line, std::vector<Admitted>& admitted) const {
  const auto hello = line.size() <= kLongestHello ? from_line(line) : std::nullopt;
  if (!hello || hello->kind != MonitorMessage::Kind::kHello || !same_token(hello->token, token_)) return;
  if (hello->rank < 1 || hello->rank >= ranks_) return;
  socket.set_longest_line(LineSocket::kLongestLine);
  socket.send(to_line(hello_message(token_, 0, "")));
  socket.pump();
  admitted.push_back({hello->rank, hello->host, std::move(socket)});
}

}  // namespace scalemark::monitor
