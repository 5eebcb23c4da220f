#pragma once

#include <string>
#include <string_view>

namespace scalemark {

// The one place where text from a file becomes text for a person. What comes out is UTF-8 that neither steers a
// terminal nor hides what it says; each format (HTML, Markdown, CSV, JSON) escapes it further for itself.

/// Whether a character can do more than be seen: a control character (C0 with tab and line ends, DEL, C1), a control of
/// the direction of writing, a separator of lines or paragraphs, or a code that is no character.
bool is_control_code(char32_t code);

/// Each such character, and each byte that is no UTF-8, becomes U+FFFD. Line ends and tabs stay; "\r\n" and "\r" become
/// "\n".
std::string shown_text(std::string_view text);

/// The same on one line: line ends and tabs become spaces.
std::string shown_line(std::string_view text);

/// The text as a string of JSON, with its quotes.
std::string json_text(std::string_view text);

}  // namespace scalemark
