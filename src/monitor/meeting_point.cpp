#include "monitor/meeting_point.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <sstream>
#include <thread>

#include "core/host_name.h"
#include "monitor/monitor_messages.h"

namespace scalemark::monitor {
namespace {

constexpr double kPatienceSeconds = 3;  // for a connection, and for its answer
constexpr std::chrono::milliseconds kLookEvery{10};

std::uint64_t random_token() {
  std::random_device source;
  return (std::uint64_t{source()} << 32) | source();
}

bool is_answered(LineSocket& socket, std::uint64_t token) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(kPatienceSeconds);
  while (Clock::now() < end) {
    if (!socket.pump()) return false;
    for (const auto& line : socket.take_lines()) {
      const auto answer = from_line(line);
      return answer && answer->kind == MonitorMessage::Kind::kHello && answer->token == token;
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  return false;
}

}  // namespace

MeetingPoint meeting_point_at(const Listener& listener) {
  return {random_token(), listener.port(), host_name(), own_addresses()};
}

std::string to_text(const MeetingPoint& point) {
  return fmt::format("{} {} {} {}", point.token, point.port, point.host, fmt::join(point.addresses, " "));
}

MeetingPoint meeting_point_of(const std::string& text) {
  std::istringstream words(text);
  MeetingPoint point;
  words >> point.token >> point.port >> point.host;
  for (std::string address; words >> address;) point.addresses.push_back(address);
  return point;
}

std::optional<LineSocket> call(const MeetingPoint& point, int rank) {
  auto addresses = point.addresses;
  // On one host the connection needs no network.
  if (point.host == host_name()) std::rotate(addresses.begin(), addresses.end() - 1, addresses.end());
  for (const auto& address : addresses) {
    auto socket = connect_to(address, point.port, kPatienceSeconds);
    if (!socket) continue;
    socket->send(to_line(hello_message(point.token, rank, host_name())));
    if (is_answered(*socket, point.token)) return socket;
  }
  return std::nullopt;
}

}  // namespace scalemark::monitor
