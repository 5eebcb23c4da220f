#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace scalemark::config {

/// The value of a key, as results record it.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

}  // namespace scalemark::config
