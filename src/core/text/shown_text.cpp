#include "core/text/shown_text.h"

#include <fmt/format.h>

#include "core/utf8.h"

namespace scalemark {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

bool controls_direction(char32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

/// `shown` gets each character as it is safe to show, and says what stands there.
template <typename Shown>
std::string each_character(std::string_view text, Shown shown) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto character = first_character(text);
    const std::size_t bytes = character ? character->bytes : 1;
    result += character ? shown(character->code, text.substr(0, bytes)) : kReplacement;
    text.remove_prefix(bytes);
  }
  return result;
}

std::string with_white_space(std::string_view text, std::string_view line_end, std::string_view tab) {
  bool after_return = false;
  return each_character(text, [&](char32_t code, std::string_view bytes) {
    const bool ends_a_return = code == U'\n' && after_return;
    after_return = code == U'\r';
    if (ends_a_return) return std::string_view();
    if (code == U'\n' || code == U'\r') return line_end;
    if (code == U'\t') return tab;
    return is_control_code(code) ? kReplacement : bytes;
  });
}

}  // namespace

bool is_control_code(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
  const bool separator = code == 0x2028 || code == 0x2029;
  const bool no_character = (code & 0xFFFEU) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
  return control || separator || no_character || controls_direction(code);
}

std::string shown_text(std::string_view text) { return with_white_space(text, "\n", "\t"); }

std::string shown_line(std::string_view text) { return with_white_space(text, " ", " "); }

std::string json_text(std::string_view text) {
  std::string escape;
  const std::string inside = each_character(text, [&escape](char32_t code, std::string_view bytes) -> std::string_view {
    if (code == U'"') return "\\\"";
    if (code == U'\\') return "\\\\";
    if (code > 0xFFFF || !is_control_code(code)) return bytes;
    escape = fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    return escape;
  });
  return '"' + inside + '"';
}

}  // namespace scalemark
