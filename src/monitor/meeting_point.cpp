#include "monitor/meeting_point.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

#include "core/host_name.h"
#include "monitor/monitor_messages.h"
#include "monitor/own_network.h"
#include "monitor/token.h"

namespace scalemark::monitor {
namespace {

constexpr double kPatienceSeconds = 3;  // for a connection, and for its answer
constexpr std::chrono::milliseconds kLookEvery{10};

using Clock = std::chrono::steady_clock;

bool is_answered(LineSocket& socket, const std::string& token) {
  const auto end = Clock::now() + std::chrono::duration<double>(kPatienceSeconds);
  while (Clock::now() < end) {
    if (!socket.pump()) return false;
    for (const auto& line : socket.take_lines()) {
      const auto answer = from_line(line);
      return answer && answer->kind == MonitorMessage::Kind::kHello && same_token(answer->token, token);
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  return false;
}

std::vector<std::string> addresses_to_call(const MeetingPoint& point) {
  auto addresses = point.addresses;
  if (point.network == own_network()) {
    // On one host the connection needs no network.
    std::rotate(addresses.begin(), addresses.end() - 1, addresses.end());
  } else {
    for (const auto& own : own_addresses()) std::erase(addresses, own);
  }
  return addresses;
}

}  // namespace

MeetingPoint meeting_point_at(const Listener& listener) {
  return {new_token(), listener.port(), host_name(), own_network(), listener.addresses()};
}

std::string to_text(const MeetingPoint& point) {
  return fmt::format("{} {} {} {} {}", point.token, point.port, point.host, point.network,
                     fmt::join(point.addresses, " "));
}

MeetingPoint meeting_point_of(const std::string& text) {
  std::istringstream words(text);
  MeetingPoint point;
  words >> point.token >> point.port >> point.host >> point.network;
  for (std::string address; words >> address;) point.addresses.push_back(address);
  return point;
}

std::optional<LineSocket> call(const MeetingPoint& point, int rank, double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  const auto addresses = addresses_to_call(point);
  // A flood of strangers' calls may leave no room for this one at first.
  for (; Clock::now() < end; std::this_thread::sleep_for(kLookEvery)) {
    for (const auto& address : addresses) {
      auto socket = connect_to(address, point.port, kPatienceSeconds);
      if (!socket) continue;
      socket->send(to_line(hello_message(point.token, rank, host_name())));
      if (is_answered(*socket, point.token)) return socket;
    }
  }
  return std::nullopt;
}

}  // namespace scalemark::monitor
