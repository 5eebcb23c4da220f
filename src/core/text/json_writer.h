#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace scalemark {

/// Takes a text part by part.
using TextPart = std::function<void(std::string_view)>;

/// The number as the CSV files write it: as many digits as it takes to read the same double again. "null" for NaN,
/// which is "not measured", and for an infinite bound, which is none.
std::string json_number(double value);

/// Writes one JSON value part by part, as UTF-8 whatever bytes the texts hold (json_text). The caller opens and closes
/// in the right order; what is opened inside a line stays on that line.
class JsonWriter {
 public:
  enum class Layout { kLines, kOneLine };

  explicit JsonWriter(TextPart sink) : sink_(std::move(sink)) {}

  JsonWriter& begin_object(Layout layout = Layout::kLines) { return begin('{', layout); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array(Layout layout = Layout::kLines) { return begin('[', layout); }
  JsonWriter& end_array() { return end(']'); }

  /// Of an object's next member.
  JsonWriter& key(std::string_view name);

  JsonWriter& null() { return scalar("null"); }

  /// A text, number, truth value; an optional one; a list of such, or a map from texts to them.
  template <typename Value>
  JsonWriter& value(const Value& value);

  template <typename Value>
  JsonWriter& member(std::string_view name, const Value& of_member) {
    key(name);
    return value(of_member);
  }

 private:
  JsonWriter& begin(char bracket, Layout layout);
  JsonWriter& end(char bracket);
  JsonWriter& scalar(std::string_view text);
  JsonWriter& text(std::string_view text);
  void before_value();
  void new_line();

  struct Level {
    Layout layout;
    bool is_empty = true;
  };

  TextPart sink_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

namespace json_detail {
template <typename Type>
struct IsOptional : std::false_type {};
template <typename Type>
struct IsOptional<std::optional<Type>> : std::true_type {};
template <typename Type>
struct IsList : std::false_type {};
template <typename Type>
struct IsList<std::vector<Type>> : std::true_type {};
template <typename Type>
struct IsMap : std::false_type {};
template <typename Type>
struct IsMap<std::map<std::string, Type>> : std::true_type {};
}  // namespace json_detail

template <typename Value>
JsonWriter& JsonWriter::value(const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return scalar(value ? "true" : "false");
  } else if constexpr (std::is_floating_point_v<Value>) {
    return scalar(json_number(static_cast<double>(value)));
  } else if constexpr (std::is_integral_v<Value>) {
    return scalar(std::to_string(value));
  } else if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
    return text(value);
  } else if constexpr (json_detail::IsOptional<Value>::value) {
    return value ? this->value(*value) : null();
  } else if constexpr (json_detail::IsList<Value>::value) {
    begin_array(Layout::kOneLine);
    for (const auto& one : value) this->value(one);
    return end_array();
  } else {
    static_assert(json_detail::IsMap<Value>::value, "JSON knows no such value");
    begin_object();
    for (const auto& [name, one] : value) member(name, one);
    return end_object();
  }
}

/// The name and version of what the documents promise: docs/schema and docs/json.md.
inline constexpr const char* kJsonSchema = "scalemark-json/1";

/// A document of `scalemark ... --json`: schema, kind ("report"), version and commit of this program, then the members
/// that `body` adds. Ends with a newline.
void write_json_document(const TextPart& sink, std::string_view kind, const std::function<void(JsonWriter&)>& body);

/// The same at once.
std::string json_document(std::string_view kind, const std::function<void(JsonWriter&)>& body);

}  // namespace scalemark
