#pragma once

#include <string>
#include <string_view>

namespace scalemark {

/// SHA-256 (FIPS 180-4) of the bytes: 64 hex digits, as `sha256sum` prints them.
std::string sha256(std::string_view bytes);

}  // namespace scalemark
