#include "monitor/monitor_messages.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

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

ActivitySnapshot activity_from(const json& value) {
  ActivitySnapshot activity{value.at("visit"), value.at("progress"), value.at("what"), {}, value.at("awaited")};
  for (const json& note : value.at("notes")) {
    activity.collectives.push_back({note.at(0), note.at(1), note.at(2), note.at(3), note.at(4)});
  }
  return activity;
}

/// A number with a fraction or an exponent may be too large for an int.
bool numbers_are_integers(const json& value) {
  const auto fits = [&](const char* key) { return !value.contains(key) || value.at(key).is_number_integer(); };
  return fits("rank") && fits("exit_code");
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
    if (known == kKinds.end() || !numbers_are_integers(value)) return std::nullopt;
    message.kind = static_cast<Kind>(known - kKinds.begin());
    message.token = value.value("token", message.token);
    message.rank = value.value("rank", message.rank);
    message.host = value.value("host", message.host);
    message.exit_code = value.value("exit_code", message.exit_code);
    if (message.kind == Kind::kState) message.activity = activity_from(value.at("activity"));
    return message;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace scalemark::monitor
