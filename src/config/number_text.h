#pragma once

#include <cstdint>
#include <string>

namespace scalemark::config {

/// A number, or what keeps the text from being one (" is not an integer", nullptr where nothing does).
template <typename Number>
struct NumberText {
  Number value = 0;
  const char* problem = nullptr;
};

/// Reads decimal digits only: neither 010 (8 to one reader, 10 to the next) nor 1_000, 0x10 or 1e3.
NumberText<std::int64_t> read_integer(const std::string& text);

/// Reads a finite decimal number such as 0.1 or 5.0e-4.
NumberText<double> read_number(const std::string& text);

/// Whether a number at the beginning of the text has a needless zero in front: 010, -01, 00.5, 05min.
bool has_leading_zero(const std::string& text);

}  // namespace scalemark::config
