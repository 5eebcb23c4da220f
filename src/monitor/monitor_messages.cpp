#include "monitor/monitor_messages.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace scalemark::monitor {
namespace {

using nlohmann::json;
using Kind = MonitorMessage::Kind;

constexpr std::array<const char*, 5> kKinds{"hello", "state", "fail", "abort", "bye"};

json to_json(const ActivitySnapshot& activity) {
  json notes = json::array();
  for (const auto& note : activity.collectives) {
    notes.push_back({note.sequence, note.step, note.bucket, note.elements, note.dtype});
  }
  return {{"visit", activity.visit},
          {"progress", activity.progress},
          {"what", activity.what},
          {"notes", notes},
          {"awaited", activity.awaited}};
}

/// The line is JSON, and no message of ours.
struct NoMessage {};

/// The integer that the value is. One with a fraction or an exponent, or beyond the type, is none of ours.
template <typename Number>
Number integer_of(const json& value) {
  const bool fits = value.is_number_unsigned()  ? std::in_range<Number>(value.get<std::uint64_t>())
                    : value.is_number_integer() ? std::in_range<Number>(value.get<std::int64_t>())
                                                : false;
  if (!fits) throw NoMessage();
  return value.get<Number>();
}

/// 0 where the message has no such member.
int integer_in(const json& message, const char* key) {
  return message.contains(key) ? integer_of<int>(message.at(key)) : 0;
}

ActivitySnapshot activity_from(const json& value) {
  ActivitySnapshot activity{integer_of<std::uint64_t>(value.at("visit")),
                            integer_of<std::uint64_t>(value.at("progress")),
                            value.at("what"),
                            {},
                            value.at("awaited")};
  for (const json& note : value.at("notes")) {
    activity.collectives.push_back({integer_of<std::uint64_t>(note.at(0)), integer_of<std::int64_t>(note.at(1)),
                                    integer_of<std::int64_t>(note.at(2)), integer_of<std::int64_t>(note.at(3)),
                                    note.at(4)});
  }
  return activity;
}

}  // namespace

MonitorMessage hello_message(const std::string& token, int rank, const std::string& host) {
  MonitorMessage message;
  message.kind = Kind::kHello;
  message.token = token;
  message.rank = rank;
  message.host = host;
  return message;
}

MonitorMessage state_message(const ActivitySnapshot& activity) {
  MonitorMessage message;
  message.kind = Kind::kState;
  message.activity = activity;
  return message;
}

MonitorMessage end_message(MonitorMessage::Kind kind, int exit_code) {
  MonitorMessage message;
  message.kind = kind;
  message.exit_code = exit_code;
  return message;
}

std::string to_line(const MonitorMessage& message) {
  json value{{"kind", kKinds.at(static_cast<std::size_t>(message.kind))}};
  switch (message.kind) {
    case Kind::kHello:
      value.update({{"token", message.token}, {"rank", message.rank}, {"host", message.host}});
      break;
    case Kind::kState:
      value["activity"] = to_json(message.activity);
      break;
    case Kind::kFail:
    case Kind::kAbort:
      value["exit_code"] = message.exit_code;
      break;
    case Kind::kBye:
      break;
  }
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<MonitorMessage> from_line(const std::string& line) {
  try {
    const json value = json::parse(line);
    MonitorMessage message;
    const std::string kind = value.at("kind");
    const auto known = std::find(kKinds.begin(), kKinds.end(), kind);
    if (known == kKinds.end()) return std::nullopt;
    message.kind = static_cast<Kind>(known - kKinds.begin());
    message.token = value.value("token", message.token);
    message.rank = integer_in(value, "rank");
    message.host = value.value("host", message.host);
    message.exit_code = integer_in(value, "exit_code");
    if (message.kind == Kind::kState) message.activity = activity_from(value.at("activity"));
    return message;
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const NoMessage&) {
    return std::nullopt;
  }
}

}  // namespace scalemark::monitor
