#pragma once

#include <CLI/CLI.hpp>
#include <cmath>
#include <string>

namespace scalemark::app {

/// CLI::Range for numbers with a fraction. That one lets NaN through, which is neither below nor above anything.
inline CLI::Validator finite_range(double low, double high) {
  const CLI::Range range(low, high);
  return CLI::Validator(
      [range](std::string& text) {
        double value = 0;
        const bool is_nan = CLI::detail::lexical_cast(text, value) && std::isnan(value);
        return is_nan ? text + " is not a number" : range(text);
      },
      range.get_description());
}

}  // namespace scalemark::app
