#include "config/variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/text_check.h"

namespace scalemark::config {
namespace {

bool is_variable_name(const std::string& name) {
  const auto letter = [](char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

/// The value of what stands between ${ and }.
std::string value_of(const std::string& reference, const Environment& environment,
                     std::vector<std::string>& complaints) {
  const std::size_t separator = reference.find(":-");
  const std::string name = reference.substr(0, separator);
  if (!is_variable_name(name)) {
    complaints.push_back(
        fmt::format("${{{}}} names no variable; allowed: ${{NAME}} or ${{NAME:-default}}", one_line(reference, 40)));
    return "";
  }
  const auto value = environment(name);
  if (separator != std::string::npos && value.value_or("").empty()) return reference.substr(separator + 2);
  if (!value) {
    complaints.push_back(
        fmt::format("the environment variable {0} is not set; set it, or write ${{{0}:-default}}", name));
    return "";
  }
  if (find_unprintable(*value))
    complaints.push_back(fmt::format("the environment variable {} holds no UTF-8 text", name));
  return *value;
}

std::string expand_text(const std::string& text, const Environment& environment, std::vector<std::string>& complaints) {
  std::string expanded;
  std::size_t at = 0;
  for (std::size_t begin = text.find("${"); begin != std::string::npos; begin = text.find("${", at)) {
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos) {
      complaints.push_back("a ${ without its }; allowed: ${NAME} or ${NAME:-default}");
      return "";
    }
    expanded +=
        text.substr(at, begin - at) + value_of(text.substr(begin + 2, end - begin - 2), environment, complaints);
    at = end + 1;
  }
  return expanded + text.substr(at);
}

}  // namespace

YamlNode expand_variables(const YamlNode& node, const Environment& environment, std::vector<std::string>& complaints) {
  YamlNode expanded = node;
  if (node.kind == YamlNode::Kind::kScalar && node.text.find("${") != std::string::npos) {
    expanded.text = expand_text(node.text, environment, complaints);
    expanded.quoted = false;
  }
  for (YamlNode& item : expanded.items) item = expand_variables(item, environment, complaints);
  return expanded;
}

}  // namespace scalemark::config
