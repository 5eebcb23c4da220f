#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace scalemark {

struct Utf8Character {
  char32_t code;      ///< its code point
  std::size_t bytes;  ///< that it takes in the text
};

/// The character at the front of the text; nullopt where the text is empty or starts with no UTF-8: a stray or missing
/// continuation byte, more bytes than the character needs, half a surrogate pair, or a code beyond U+10FFFF.
std::optional<Utf8Character> first_character(std::string_view text);

/// The characters of a text that is UTF-8: its bytes less the continuation bytes.
std::size_t character_count(std::string_view text);

/// The first `count` characters of a text that is UTF-8, or all of it: a cut by bytes may leave a part of a character.
std::string_view first_characters(std::string_view text, std::size_t count);

/// Whether the byte is inside a character, not its first.
inline bool is_continuation_byte(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace scalemark
