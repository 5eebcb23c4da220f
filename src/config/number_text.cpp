#include "config/number_text.h"

#include <charconv>
#include <cmath>

namespace scalemark::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads the whole text with from_chars, which neither knows locales nor octal or hexadecimal numbers.
template <typename Number>
NumberText<Number> read_whole(const std::string& text, const char* not_a_number) {
  if (has_leading_zero(text)) return {0, " has a leading zero"};
  NumberText<Number> read;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, read.value);
  if (error == std::errc::invalid_argument || end != last) return {0, not_a_number};
  if (error == std::errc::result_out_of_range) return {0, " is out of range"};
  return read;
}

}  // namespace

bool has_leading_zero(const std::string& text) {
  const std::size_t first = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.size() > first + 1 && text[first] == '0' && is_digit(text[first + 1]);
}

NumberText<std::int64_t> read_integer(const std::string& text) {
  return read_whole<std::int64_t>(text, " is not an integer");
}

NumberText<double> read_number(const std::string& text) {
  const char* const kNotANumber = " is not a number";
  const NumberText<double> read = read_whole<double>(text, kNotANumber);
  if (read.problem == nullptr && !std::isfinite(read.value)) return {0, kNotANumber};
  return read;
}

}  // namespace scalemark::config
