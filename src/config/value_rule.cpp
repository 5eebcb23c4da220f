#include "config/value_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "config/nearest_key.h"
#include "config/number_text.h"
#include "config/suggestion.h"
#include "config/text_check.h"
#include "config/yaml_tree.h"
#include "core/units.h"

namespace scalemark::config {
namespace {

using Kind = YamlNode::Kind;

Complaint not_available(const std::string& what, const std::string& available) {
  return {fmt::format("{} is not available in this version; available: {}", what, available), true};
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A rule for unquoted scalars: `read` gets the text, and says "is not a number" or the like.
template <typename Read>
ValueRule plain_scalar(std::string allowed, Read read) {
  const auto check = [read](const YamlNode& node) -> Checked {
    if (node.kind != Kind::kScalar) return Complaint{quote(node) + " is given"};
    if (node.quoted) return Complaint{quote(node) + " is text because of its quotes"};
    return read(node.text, quote(node));
  };
  return {check, std::move(allowed)};
}

std::string describe(const NumberRange& range) {
  return fmt::format("a number {} {} and {} {}", range.low_included ? ">=" : ">", range.low,
                     range.high_included ? "<=" : "<", range.high);
}

bool holds(const NumberRange& range, double value) {
  const bool above = range.low_included ? value >= range.low : value > range.low;
  const bool below = range.high_included ? value <= range.high : value < range.high;
  return above && below;
}

Checked check_choice(const YamlNode& node, const std::vector<std::string>& available,
                     const std::vector<std::string>& unavailable) {
  if (node.kind != Kind::kScalar) return Complaint{quote(node) + " is given"};
  if (contains(available, node.text)) return ParameterValue{node.text};
  if (contains(unavailable, node.text)) {
    return not_available(node.text, fmt::format("{}", fmt::join(available, ", ")));
  }
  const std::string usual = usual_value(node.text);
  const auto near = contains(available, usual) ? usual : nearest_name(node.text, available);
  return Complaint{fmt::format("{} is not known{}", quote(node), near ? " (did you mean " + *near + "?)" : "")};
}

Checked check_text(const YamlNode& node, std::size_t longest, bool many_lines) {
  if (node.kind != Kind::kScalar) return Complaint{quote(node) + " is given"};
  if (node.text.size() > longest) return Complaint{fmt::format("the text has {} bytes", node.text.size())};
  if (find_unprintable(node.text)) return Complaint{"the text holds a control character"};
  const bool lines = node.text.find_first_of("\n\r") != std::string::npos;
  if (lines && !many_lines) return Complaint{"the text has several lines"};
  return ParameterValue{node.text};
}

}  // namespace

ValueRule flag() {
  return plain_scalar("true or false", [](const std::string& text, const std::string& quoted) -> Checked {
    if (text == "true" || text == "false") return ParameterValue{text == "true"};
    return Complaint{quoted + " is neither"};
  });
}

ValueRule integer(std::int64_t low, std::int64_t high) {
  return plain_scalar(fmt::format("an integer from {} to {}", low, high),
                      [low, high](const std::string& text, const std::string& quoted) -> Checked {
                        const auto read = read_integer(text);
                        if (read.problem != nullptr) return Complaint{quoted + read.problem};
                        if (read.value < low || read.value > high) return Complaint{quoted + " is out of range"};
                        return ParameterValue{read.value};
                      });
}

ValueRule number(NumberRange range) {
  return plain_scalar(describe(range), [range](const std::string& text, const std::string& quoted) -> Checked {
    const auto read = read_number(text);
    if (read.problem != nullptr) return Complaint{quoted + read.problem};
    if (!holds(range, read.value)) return Complaint{quoted + " is out of range"};
    return ParameterValue{read.value};
  });
}

ValueRule text(std::size_t longest, bool many_lines) {
  return {[=](const YamlNode& node) { return check_text(node, longest, many_lines); },
          fmt::format("text of at most {} bytes{}", longest, many_lines ? "" : " on one line")};
}

ValueRule file_name() {
  constexpr std::size_t kLongest = 64;
  const auto check = [](const YamlNode& node) -> Checked {
    if (node.kind != Kind::kScalar) return Complaint{quote(node) + " is given"};
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    };
    const std::string& name = node.text;
    const bool starts = !name.empty() && name.front() != '.' && name.front() != '-';
    const bool good = starts && name.size() <= kLongest && std::all_of(name.begin(), name.end(), fits);
    if (!good) return Complaint{quote(node) + " is not allowed in a file's name"};
    return ParameterValue{name};
  };
  return {check, fmt::format("up to {} letters, digits, '.', '_' and '-', not beginning with '.' or '-'", kLongest)};
}

ValueRule choice(std::vector<std::string> available, std::vector<std::string> unavailable) {
  std::string allowed = fmt::format("{}", fmt::join(available, ", "));
  const auto check = [available, unavailable = std::move(unavailable)](const YamlNode& node) {
    return check_choice(node, available, unavailable);
  };
  return {check, std::move(allowed), std::move(available)};
}

ValueRule size() {
  return plain_scalar("a size such as 16GiB, 500MB or 4096",
                      [](const std::string& text, const std::string& quoted) -> Checked {
                        if (has_leading_zero(text)) return Complaint{quoted + " has a leading zero"};
                        const auto bytes = parse_bytes(text);
                        if (!bytes) return Complaint{quoted + " is not a size"};
                        if (*bytes < 1) return Complaint{quoted + " is out of range"};
                        return ParameterValue{*bytes};
                      });
}

namespace {

ValueRule duration_of(const std::string& allowed, double longest_seconds, bool may_be_zero) {
  return plain_scalar(allowed,
                      [longest_seconds, may_be_zero](const std::string& text, const std::string& quoted) -> Checked {
                        if (has_leading_zero(text)) return Complaint{quoted + " has a leading zero"};
                        const auto seconds = parse_seconds(text);
                        if (!seconds) return Complaint{quoted + " is not a duration"};
                        const bool long_enough = may_be_zero ? *seconds >= 0 : *seconds > 0;
                        if (!long_enough || *seconds > longest_seconds) return Complaint{quoted + " is out of range"};
                        return ParameterValue{fmt::format("{}s", *seconds)};
                      });
}

}  // namespace

ValueRule duration(double longest_seconds) {
  constexpr bool kMayBeZero = false;
  return duration_of(fmt::format("a duration such as 90s, 10min or 1.5h, up to {}s", longest_seconds), longest_seconds,
                     kMayBeZero);
}

ValueRule latency(double longest_seconds) {
  constexpr bool kMayBeZero = true;
  return duration_of(fmt::format("a latency such as 3us or 0s, up to {}s", longest_seconds), longest_seconds,
                     kMayBeZero);
}

ValueRule percentage(NumberRange range) {
  return plain_scalar(fmt::format("a percentage such as 2%, from {}% to {}%", range.low, range.high),
                      [range](const std::string& text, const std::string& quoted) -> Checked {
                        if (has_leading_zero(text)) return Complaint{quoted + " has a leading zero"};
                        const auto percent = parse_percent(text);
                        if (!percent) return Complaint{quoted + " is not a percentage"};
                        if (*percent < range.low || *percent > range.high)
                          return Complaint{quoted + " is out of range"};
                        return ParameterValue{fmt::format("{}%", *percent)};
                      });
}

ValueRule bandwidth() {
  return plain_scalar("a bandwidth such as 25GB/s, 12GiB/s or 100Gbit/s",
                      [](const std::string& text, const std::string& quoted) -> Checked {
                        if (has_leading_zero(text)) return Complaint{quoted + " has a leading zero"};
                        const auto bytes_per_second = parse_bytes_per_second(text);
                        if (!bytes_per_second) return Complaint{quoted + " is not a bandwidth"};
                        if (*bytes_per_second <= 0) return Complaint{quoted + " is out of range"};
                        return ParameterValue{*bytes_per_second};
                      });
}

ValueRule bandwidth_limit() {
  ValueRule limited = bandwidth();
  ValueRule whole = integer(0, std::numeric_limits<std::int64_t>::max());
  return {[check = std::move(limited.check), count = std::move(whole.check)](const YamlNode& node) -> Checked {
            // As a resolved config has it: in bytes per second.
            if (Checked counted = count(node); std::holds_alternative<ParameterValue>(counted)) return counted;
            Checked checked = check(node);
            const auto* value = std::get_if<ParameterValue>(&checked);
            return value == nullptr ? checked : ParameterValue{std::int64_t{std::llround(std::get<double>(*value))}};
          },
          limited.allowed + ", or 0 for no limit"};
}

ValueRule word_or(std::vector<std::string> words, ValueRule rule) {
  std::string allowed = fmt::format("{}, or {}", fmt::join(words, ", "), rule.allowed);
  return {[words = std::move(words), check = std::move(rule.check)](const YamlNode& node) -> Checked {
            const bool word = node.kind == Kind::kScalar && contains(words, node.text);
            return word ? ParameterValue{node.text} : check(node);
          },
          std::move(allowed)};
}

ValueRule names_list(std::vector<std::string> names) {
  std::string allowed = fmt::format("a list of {}", fmt::join(names, ", "));
  const auto check = [names](const YamlNode& node) -> Checked {
    if (node.kind != Kind::kList) return Complaint{quote(node) + " is given"};
    if (node.items.empty()) return Complaint{"the list is empty"};
    std::vector<std::string> chosen;
    for (const YamlNode& item : node.items) {
      const Checked checked = check_choice(item, names, {});
      if (const auto* complaint = std::get_if<Complaint>(&checked)) return *complaint;
      if (contains(chosen, item.text)) return Complaint{quote(item) + " is listed twice"};
      chosen.push_back(item.text);
    }
    return ParameterValue{fmt::format("{}", fmt::join(chosen, ","))};
  };
  return {check, std::move(allowed), std::move(names), true};
}

ValueRule epoch_count(std::int64_t most) {
  return plain_scalar(fmt::format("a number of epochs such as 1epoch, 0.5epoch or 2epochs, up to {}", most),
                      [most](const std::string& text, const std::string& quoted) -> Checked {
                        std::string number = text;
                        for (const std::string_view unit : {"epochs", "epoch"}) {
                          if (!number.ends_with(unit)) continue;
                          number.resize(number.size() - unit.size());
                          break;
                        }
                        while (number.ends_with(' ')) number.pop_back();
                        const auto read = read_number(number);
                        if (read.problem != nullptr) return Complaint{quoted + " is not a number of epochs"};
                        if (!(read.value > 0) || read.value > static_cast<double>(most))
                          return Complaint{quoted + " is out of range"};
                        return ParameterValue{read.value};
                      });
}

ValueRule integer_list(std::size_t most) {
  const ValueRule whole = integer(0, std::numeric_limits<std::int64_t>::max());
  const auto check = [one = whole.check, most](const YamlNode& node) -> Checked {
    if (node.kind != Kind::kList) return Complaint{quote(node) + " is given"};
    if (node.items.size() > most) return Complaint{fmt::format("the list has {} items", node.items.size())};
    std::vector<std::int64_t> chosen;
    chosen.reserve(node.items.size());
    for (const YamlNode& item : node.items) {
      const Checked checked = one(item);
      if (const auto* complaint = std::get_if<Complaint>(&checked)) return *complaint;
      const auto value = std::get<std::int64_t>(std::get<ParameterValue>(checked));
      if (std::find(chosen.begin(), chosen.end(), value) != chosen.end())
        return Complaint{quote(item) + " is listed twice"};
      chosen.push_back(value);
    }
    return ParameterValue{fmt::format("{}", fmt::join(chosen, ","))};
  };
  return {check, fmt::format("a list of at most {} different integers from 0, such as [1, 2, 3]", most), {}, true};
}

std::string to_text(const ParameterValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

std::string quote(const YamlNode& node) {
  constexpr std::size_t kLongest = 60;
  switch (node.kind) {
    case Kind::kNothing:
      return "no value";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
    case Kind::kScalar:
      break;
  }
  const std::string shown = one_line(node.text, kLongest);
  return node.quoted || shown.empty() ? '"' + shown + '"' : shown;
}

}  // namespace scalemark::config
