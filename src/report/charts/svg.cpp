#include "report/charts/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace scalemark::report {
namespace {

constexpr double kCharacterWidth = 7.2;  // at 12 units: a wide sans serif
constexpr const char* kReplacement = "\uFFFD";

/// Bytes of the UTF-8 sequence at the front; 0 where it is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (length == 0 || byte(0) > 0xF4 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (byte(0) == 0xE0 && byte(1) < 0xA0) return 0;  // longer than needed
  if (byte(0) == 0xF0 && byte(1) < 0x90) return 0;
  if (byte(0) == 0xED && byte(1) > 0x9F) return 0;                     // half of a surrogate pair
  if (byte(0) == 0xF4 && byte(1) > 0x8F) return 0;                     // beyond Unicode
  if (byte(0) == 0xEF && byte(1) == 0xBF && byte(2) > 0xBD) return 0;  // no character
  return length;
}

bool is_control(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return (byte < 0x20 && character != '\n' && character != '\t') || byte == 0x7F;
}

std::string_view escaped_character(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

std::string_view anchor_name(Anchor anchor) {
  return anchor == Anchor::kStart ? "start" : anchor == Anchor::kMiddle ? "middle" : "end";
}

std::string class_attribute(std::string_view classes) {
  return classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
}

}  // namespace

std::string markup_escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view entity = length == 1 ? escaped_character(text[0]) : std::string_view{};
    if (length == 0 || (length == 1 && is_control(text[0]))) {
      escaped += kReplacement;
    } else {
      escaped += entity.empty() ? text.substr(0, length) : entity;
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return escaped;
}

std::string coordinate(double value) {
  const double rounded = std::round(value * 10.0) / 10.0;
  return fmt::format("{}", rounded == 0.0 ? 0.0 : rounded);
}

double text_width(std::string_view text) {
  double characters = 0.0;
  for (const char byte : text) characters += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1.0 : 0.0;
  return characters * kCharacterWidth;
}

std::string shortened(std::string_view text, double width) {
  if (text_width(text) <= width) return std::string(text);
  const auto fitting = static_cast<std::size_t>(std::max(1.0, width / kCharacterWidth - 1.0));
  std::size_t characters = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && characters++ == fitting) break;
  }
  return std::string(text.substr(0, end)) + "\u2026";
}

Svg::Svg(double width, double height, std::string_view title, std::string_view description)
    : width_(width),
      height_(height),
      head_(fmt::format("<title>{}</title><desc>{}</desc>", markup_escaped(title), markup_escaped(description))) {}

void Svg::element(std::string_view open, std::string_view name, std::string_view title) {
  body_ += title.empty() ? fmt::format("<{}/>", open)
                         : fmt::format("<{}><title>{}</title></{}>", open, markup_escaped(title), name);
  body_ += '\n';
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view classes) {
  path(fmt::format("M{} {}L{} {}", coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2)), classes);
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view classes, std::string_view title) {
  element(fmt::format(R"(rect x="{}" y="{}" width="{}" height="{}"{})", coordinate(x), coordinate(y), coordinate(width),
                      coordinate(height), class_attribute(classes)),
          "rect", title);
}

void Svg::circle(double x, double y, double radius, std::string_view classes, std::string_view title) {
  element(fmt::format(R"(circle cx="{}" cy="{}" r="{}"{})", coordinate(x), coordinate(y), coordinate(radius),
                      class_attribute(classes)),
          "circle", title);
}

void Svg::path(std::string_view data, std::string_view classes, std::string_view title) {
  element(fmt::format(R"(path d="{}"{})", data, class_attribute(classes)), "path", title);
}

void Svg::text(double x, double y, std::string_view content, Anchor anchor, std::string_view classes) {
  body_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>\n", coordinate(x), coordinate(y),
                       anchor_name(anchor), class_attribute(classes), markup_escaped(content));
}

void Svg::upright_text(double x, double y, std::string_view content) {
  body_ += fmt::format("<text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                       coordinate(x), coordinate(y), markup_escaped(content));
}

std::string Svg::str() const {
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\">{}\n{}</svg>\n",
                     coordinate(width_), coordinate(height_), head_, body_);
}

}  // namespace scalemark::report
