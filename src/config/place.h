#pragma once

#include <string>

namespace scalemark::config {

/// Where a value was written: a position in a file, or a --set argument.
struct Place {
  std::string source;  ///< the file's path as given, or "--set KEY=VALUE"
  int line = 0;        ///< 1-based; 0 where the source has no lines
  int column = 0;      ///< 1-based
};

/// "file:line:column", or the source alone where it has no lines.
std::string to_string(const Place& place);

}  // namespace scalemark::config
