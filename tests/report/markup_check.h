#pragma once

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scalemark::report {

/// What a strict parser of XML's syntax makes of a page: "" or the first fault; elements and the names seen.
struct Markup {
  std::string fault;
  std::size_t elements = 0;
  std::vector<std::string> names;
};

namespace markup {

inline bool entity_follows(std::string_view text) {
  for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
    if (text.starts_with(known)) return true;
  }
  return false;
}

inline std::string fault_in_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&' && !entity_follows(text.substr(i))) return "bare &: " + std::string(text.substr(i, 40));
    if (static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\n' && text[i] != '\t') return "control character";
  }
  return "";
}

/// The attributes of a tag: name="value" only.
inline std::string fault_in_attributes(std::string_view text) {
  while (!text.empty()) {
    if (text[0] != ' ') return "no space before an attribute: " + std::string(text.substr(0, 40));
    const std::size_t equals = text.find("=\"");
    const std::size_t end = equals == std::string_view::npos ? equals : text.find('"', equals + 2);
    if (end == std::string_view::npos) return "attribute without a quoted value: " + std::string(text.substr(0, 40));
    for (const char character : text.substr(1, equals - 1)) {
      if (!std::isalnum(static_cast<unsigned char>(character)) && character != '-') return "attribute's name";
    }
    std::string fault = fault_in_text(text.substr(equals + 2, end - equals - 2));
    if (!fault.empty()) return fault;
    text.remove_prefix(end + 1);
  }
  return "";
}

/// Takes the element's name from the open ones; the fault where another one is to be closed first.
inline std::string close(std::vector<std::string>& open, std::string_view name) {
  const std::string innermost = open.empty() ? "nothing" : open.back();
  if (innermost != name) return "closes " + std::string(name) + " inside " + innermost;
  open.pop_back();
  return "";
}

/// Counts an element that begins, and takes it among the open ones unless it ends at once.
inline void read_start(std::string_view tag, Markup& result, std::vector<std::string>& open) {
  const bool closed = tag.ends_with('/');
  if (closed) tag.remove_suffix(1);
  const std::size_t name_end = tag.find(' ');
  const std::string name(tag.substr(0, name_end));
  if (name_end != std::string_view::npos && result.fault.empty()) {
    result.fault = fault_in_attributes(tag.substr(name_end));
  }
  ++result.elements;
  result.names.push_back(name);
  if (!closed) open.push_back(name);
}

}  // namespace markup

/// Reads elements, text and attributes. <style> holds no markup here, so that it needs no rule of its own.
inline Markup check_markup(std::string_view text) {
  Markup result;
  std::vector<std::string> open;
  if (text.starts_with("<!DOCTYPE html>")) text.remove_prefix(15);
  while (!text.empty() && result.fault.empty()) {
    const std::size_t begin = text.find('<');
    result.fault = markup::fault_in_text(text.substr(0, begin));
    if (begin == std::string_view::npos) break;
    const std::size_t end = text.find('>', begin);
    if (end == std::string_view::npos) return {"tag without an end", result.elements, result.names};
    std::string_view tag = text.substr(begin + 1, end - begin - 1);
    text.remove_prefix(end + 1);
    if (tag.starts_with('/')) {
      result.fault = markup::close(open, tag.substr(1));
      continue;
    }
    markup::read_start(tag, result, open);
  }
  if (result.fault.empty() && !open.empty()) result.fault = "never closes " + open.back();
  return result;
}

}  // namespace scalemark::report
