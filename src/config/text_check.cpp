#include "config/text_check.h"

#include <cstdint>

namespace scalemark::config {
namespace {

/// Bytes of the UTF-8 character that starts with `lead`; 0 where none starts so.
std::size_t character_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/// The code point at text[at, at + length), or nullopt where the bytes are no UTF-8 (overlong, surrogate, too large).
std::optional<std::uint32_t> code_point(const std::string& text, std::size_t at, std::size_t length) {
  if (length == 0 || at + length > text.size()) return std::nullopt;
  const auto lead = static_cast<unsigned char>(text[at]);
  if (length == 1) return lead;
  std::uint32_t code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte & 0x3fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (overlong || surrogate || code > 0x10ffff) return std::nullopt;
  return code;
}

}  // namespace

std::optional<std::size_t> find_unprintable(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(static_cast<unsigned char>(text[at]));
    const auto code = code_point(text, at, length);
    if (!code) return at;
    const bool white = *code == '\t' || *code == '\n' || *code == '\r';
    const bool control = *code < 0x20 || (*code >= 0x7f && *code <= 0x9f);
    if (control && !white) return at;
    at += length;
  }
  return std::nullopt;
}

std::string one_line(const std::string& text, std::size_t longest) {
  std::string line = text.substr(0, longest);
  if (line.size() < text.size()) {
    // Not inside a UTF-8 character.
    for (std::size_t at = longest; at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; --at)
      line.pop_back();
    line += "...";
  }
  for (auto at = find_unprintable(line); at; at = find_unprintable(line)) line[*at] = '?';
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return line;
}

}  // namespace scalemark::config
