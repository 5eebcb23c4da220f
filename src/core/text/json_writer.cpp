#include "core/text/json_writer.h"

#include <fmt/format.h>

#include <cmath>

#include "core/text/shown_text.h"
#include "core/version.h"

namespace scalemark {

std::string json_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "null"; }

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  sink_(json_text(name));
  sink_(": ");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin(char bracket, Layout layout) {
  before_value();
  sink_(std::string_view(&bracket, 1));
  const bool in_a_line = !levels_.empty() && levels_.back().layout == Layout::kOneLine;
  levels_.push_back({in_a_line ? Layout::kOneLine : layout});
  return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.layout == Layout::kLines && !level.is_empty) new_line();
  sink_(std::string_view(&bracket, 1));
  return *this;
}

JsonWriter& JsonWriter::scalar(std::string_view text) {
  before_value();
  sink_(text);
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view text) { return scalar(json_text(text)); }

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  const bool in_a_line = level.layout == Layout::kOneLine;
  if (!level.is_empty) sink_(in_a_line ? ", " : ",");
  if (!in_a_line) new_line();
  level.is_empty = false;
}

void JsonWriter::new_line() { sink_('\n' + std::string(2 * levels_.size(), ' ')); }

void write_json_document(const TextPart& sink, std::string_view kind, const std::function<void(JsonWriter&)>& body) {
  JsonWriter json(sink);
  json.begin_object()
      .member("schema", kJsonSchema)
      .member("kind", kind)
      .member("version", software_version())
      .member("git_commit", git_commit());
  body(json);
  json.end_object();
  sink("\n");
}

std::string json_document(std::string_view kind, const std::function<void(JsonWriter&)>& body) {
  std::string text;
  write_json_document([&text](std::string_view part) { text += part; }, kind, body);
  return text;
}

}  // namespace scalemark
