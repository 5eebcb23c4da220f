#include "core/utf8.h"

#include <algorithm>
#include <array>

namespace scalemark {
namespace {

// The first code point that needs so many bytes: with fewer it would fit a shorter character.
constexpr std::array<char32_t, 5> kFirstCodeOfLength{0, 0, 0x80, 0x800, 0x10000};

/// Bytes of the character that starts with `lead`; 0 where none starts so.
std::size_t length_after(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC0) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF8 ? 4 : 0;
}

}  // namespace

std::optional<Utf8Character> first_character(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_after(lead);
  if (length == 0 || length > text.size()) return std::nullopt;
  if (length == 1) return Utf8Character{lead, 1};
  const std::string_view rest = text.substr(1, length - 1);
  if (!std::all_of(rest.begin(), rest.end(), is_continuation_byte)) return std::nullopt;
  char32_t code = lead & (0xFFU >> (length + 1));
  for (const char byte : rest) code = code << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kFirstCodeOfLength[length] || surrogate || code > 0x10FFFF) return std::nullopt;
  return Utf8Character{code, length};
}

std::size_t character_count(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation_byte));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (!is_continuation_byte(text[end]) && count-- == 0) break;
  }
  return text.substr(0, end);
}

}  // namespace scalemark
