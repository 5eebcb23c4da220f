#include "config/text_check.h"

#include <string_view>

#include "core/utf8.h"

namespace scalemark::config {

std::optional<std::size_t> find_unprintable(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto character = first_character(std::string_view(text).substr(at));
    if (!character) return at;
    const char32_t code = character->code;
    const bool white = code == U'\t' || code == U'\n' || code == U'\r';
    const bool control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    if (control && !white) return at;
    at += character->bytes;
  }
  return std::nullopt;
}

std::string one_line(const std::string& text, std::size_t longest) {
  std::string line = text.substr(0, longest);
  if (line.size() < text.size()) {
    // Not inside a UTF-8 character.
    for (std::size_t at = longest; at > 0 && is_continuation_byte(text[at]); --at) line.pop_back();
    line += "...";
  }
  for (auto at = find_unprintable(line); at; at = find_unprintable(line)) line[*at] = '?';
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return line;
}

}  // namespace scalemark::config
