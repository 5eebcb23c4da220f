#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace scalemark::config {

/// Offset of the first byte that is no printable UTF-8 (tab, line feed and carriage return are), nullopt where all are.
std::optional<std::size_t> find_unprintable(const std::string& text);

/// The text as a message can quote it: on one line, printable, cut to about `longest` bytes.
std::string one_line(const std::string& text, std::size_t longest);

}  // namespace scalemark::config
