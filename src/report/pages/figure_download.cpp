#include "report/pages/figure_download.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <sstream>
#include <vector>

#include "report/pages/html.h"

namespace scalemark::report {
namespace {

/// One line of figure.css: the classes that an element must have, and what they declare.
struct StyleRule {
  std::vector<std::string> classes;  ///< empty: every text; the root says it for all of them
  std::string declarations;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<StyleRule> read_rules() {
  std::vector<StyleRule> rules;
  for (const auto& line : split(figure_style(), '\n')) {
    const auto open = line.find('{'), close = line.rfind('}');
    if (open == std::string::npos || close == std::string::npos) continue;
    const std::string selector = line.substr(0, line.find_last_not_of(' ', open - 1) + 1);
    const auto dot = selector.find('.');
    rules.push_back({dot == std::string::npos ? std::vector<std::string>{} : split(selector.substr(dot), '.'),
                     trimmed(line.substr(open + 1, close - open - 1))});
  }
  return rules;
}

/// Name to value of the first block of the page's style: light.
std::map<std::string, std::string> read_colours() {
  const std::string style = html_style();
  const auto open = style.find('{');
  std::map<std::string, std::string> colours;
  std::string block = style.substr(open + 1, style.find('}') - open - 1);
  std::ranges::replace(block, '\n', ' ');
  for (const auto& declaration : split(block, ';')) {
    const auto colon = declaration.find(':');
    if (colon != std::string::npos)
      colours[trimmed(declaration.substr(0, colon))] = trimmed(declaration.substr(colon + 1));
  }
  return colours;
}

/// `var(--c0)` and the like become colours; `own` is what the element's class calls `--c`.
std::string with_colours(std::string text, const std::string& own) {
  static const std::map<std::string, std::string> kColours = read_colours();
  for (auto at = text.find("var("); at != std::string::npos; at = text.find("var(")) {
    const auto end = text.find(')', at);
    const std::string name = text.substr(at + 4, end - at - 4);
    const auto found = kColours.find(name);
    text.replace(at, end - at + 1, name == "--c" ? own : found == kColours.end() ? "#000" : found->second);
  }
  return text;
}

std::string style_of(bool is_root, const std::vector<std::string>& classes) {
  static const std::vector<StyleRule> kRules = read_rules();
  std::string style, own = "#000";
  for (const auto& rule : kRules) {
    const bool applies = rule.classes.empty() ? is_root : std::ranges::all_of(rule.classes, [&](const auto& name) {
      return std::ranges::find(classes, name) != classes.end();
    });
    if (!applies) continue;
    if (rule.declarations.starts_with("--c:")) {
      own = with_colours(trimmed(split(rule.declarations.substr(4), ';').front()), own);
    } else {
      style += rule.declarations + " ";
    }
  }
  style = trimmed(with_colours(style, own));
  std::ranges::replace(style, '"', '\'');
  return style;
}

/// A tag without its brackets, with its classes made a style.
std::string styled(const std::string& tag) {
  const auto begin = tag.find(" class=\"");
  const bool is_root = tag.starts_with("svg ");
  if (begin == std::string::npos && !is_root) return tag;
  std::string rest = tag;
  std::vector<std::string> classes;
  if (begin != std::string::npos) {
    const auto end = tag.find('"', begin + 8);
    classes = split(tag.substr(begin + 8, end - begin - 8), ' ');
    rest.erase(begin, end - begin + 1);
  }
  const std::string style = style_of(is_root, classes);
  const auto name_end = std::min(rest.find(' '), rest.size());
  return style.empty() ? rest
                       : fmt::format("{} style=\"{}\"{}", rest.substr(0, name_end), style, rest.substr(name_end));
}

}  // namespace

std::string standalone_svg(std::string_view svg) {
  std::string text;
  while (!svg.empty()) {
    const auto open = svg.find('<');
    const auto close = open == std::string_view::npos ? open : svg.find('>', open);
    if (close == std::string_view::npos) break;
    text += svg.substr(0, open + 1);
    text += styled(std::string(svg.substr(open + 1, close - open - 1)));
    text += '>';
    svg.remove_prefix(close + 1);
  }
  return text.append(svg);
}

std::string data_uri(std::string_view type, std::string_view content) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  encoded.reserve(content.size() * 4 / 3 + 4);
  for (std::size_t at = 0; at < content.size(); at += 3) {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
      return at + i < content.size() ? static_cast<unsigned char>(content[at + i]) : 0U;
    };
    const std::uint32_t three = byte(0) << 16U | byte(1) << 8U | byte(2);
    for (unsigned digit = 0; digit < 4; ++digit) {
      encoded += at + digit <= content.size() ? kDigits[three >> (18U - 6U * digit) & 63U] : '=';
    }
  }
  return fmt::format("data:{};base64,{}", type, encoded);
}

}  // namespace scalemark::report
