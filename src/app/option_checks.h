#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "config/nearest_key.h"
#include "config/suggestion.h"
#include "core/units.h"

namespace scalemark::app {

/// CLI::Range for numbers with a fraction. That one lets NaN through, which is neither below nor above anything.
inline CLI::Validator finite_range(double low, double high) {
  return CLI::Validator(
      [low, high](const std::string& text) {
        double value = 0;
        const bool good = CLI::detail::lexical_cast(text, value) && value >= low && value <= high;
        return good ? std::string() : fmt::format("{} is no number from {:g} to {:g}", text, low, high);
      },
      "");
}

/// Takes "5%" for 0.05.
inline CLI::Validator percent_as_fraction() {
  return CLI::Validator(
      [](std::string& text) {
        if (const auto percent = parse_percent(text)) text = fmt::format("{}", *percent / 100);
        return std::string();
      },
      "");
}

/// One of `words`; `advice` follows the message for any other.
inline CLI::Validator one_of(const std::vector<std::string>& words, const std::string& advice = "") {
  return CLI::Validator(
      [words, advice](const std::string& text) {
        if (std::ranges::find(words, text) != words.end()) return std::string();
        const std::string usual = config::usual_value(text);
        const bool known = std::ranges::find(words, usual) != words.end();
        const auto near = known ? usual : config::nearest_name(text, words);
        return fmt::format("{} is not known{}; allowed: {}{}", text,
                           near ? fmt::format(" (did you mean {}?)", *near) : "", fmt::join(words, ", "), advice);
      },
      "");
}

}  // namespace scalemark::app
