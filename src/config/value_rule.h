#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "config/parameter_value.h"

namespace scalemark::config {

struct YamlNode;

/// What is wrong with a value.
struct Complaint {
  std::string what;
  bool names_the_allowed = false;  ///< `what` already says what is allowed
};

using Checked = std::variant<ParameterValue, Complaint>;

/// What the value of a key may be.
struct ValueRule {
  std::function<Checked(const YamlNode&)> check;
  std::string allowed;               ///< "an integer from 1 to 10", for messages
  std::vector<std::string> names{};  ///< of a choice, those that this version has
  bool is_list = false;              ///< the value is a YAML list; its ParameterValue joins the items with commas
};

struct NumberRange {
  double low;
  double high;
  bool low_included = true;
  bool high_included = true;
};

ValueRule flag();
ValueRule integer(std::int64_t low, std::int64_t high);
ValueRule number(NumberRange range);

/// Any text of at most `longest` bytes, on one line unless `many_lines`.
ValueRule text(std::size_t longest, bool many_lines = false);

/// A text that can stand in a file's name: letters, digits, '.', '_' and '-'.
ValueRule file_name();

/// One of `available`. A name in `unavailable` is one that this version does not have yet.
ValueRule choice(std::vector<std::string> available, std::vector<std::string> unavailable = {});

/// A size above 0 such as 16GiB; its ParameterValue is in bytes.
ValueRule size();

/// A duration above 0 such as 10min, up to `longest_seconds`; its ParameterValue is text in seconds, "600s".
ValueRule duration(double longest_seconds);

/// A duration from 0 such as 3us, up to `longest_seconds`; its ParameterValue is text in seconds.
ValueRule latency(double longest_seconds);

/// A number of per cent within `range`, such as 2%; its ParameterValue is text, "2%".
ValueRule percentage(NumberRange range);

/// A bandwidth above 0 such as 25GB/s; its ParameterValue is in bytes per second.
ValueRule bandwidth();

/// The same in whole bytes per second, or 0 for no limit.
ValueRule bandwidth_limit();

/// One of `words`, or what `rule` allows.
ValueRule word_or(std::vector<std::string> words, ValueRule rule);

/// A list of different names of `names`, at least one.
ValueRule names_list(std::vector<std::string> names);

/// A number of epochs above 0, such as 0.5, 1epoch or 2epochs, up to `most`; its ParameterValue is the number.
ValueRule epoch_count(std::int64_t most);

/// A list of at most `most` different integers from 0; empty is allowed.
ValueRule integer_list(std::size_t most);

/// The value as a config writes it: true, 12, 0.1, text.
std::string to_text(const ParameterValue& value);

/// How a message quotes what the user wrote: fast, "12", a list, a map, nothing.
std::string quote(const YamlNode& node);

}  // namespace scalemark::config
