#include "report/charts/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text/shown_text.h"
#include "core/utf8.h"

namespace scalemark::report {
namespace {

constexpr double kCharacterWidth = 7.2;  // at 12 units: a wide sans serif
constexpr const char* kReplacement = "\uFFFD";

/// Line ends and tabs are white space; other controls have no place in XML, or hide what a text says.
bool is_forbidden(char32_t code) { return is_control_code(code) && code != U'\n' && code != U'\t'; }

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
    const auto character = first_character(text);
    if (!character || is_forbidden(character->code)) {
      escaped += kReplacement;
    } else {
      const std::string_view entity = escaped_character(text[0]);
      escaped += entity.empty() ? text.substr(0, character->bytes) : entity;
    }
    text.remove_prefix(character ? character->bytes : 1);
  }
  return escaped;
}

std::string coordinate(double value) {
  const double rounded = std::round(value * 10.0) / 10.0;
  return fmt::format("{}", rounded == 0.0 ? 0.0 : rounded);
}

double text_width(std::string_view text) { return static_cast<double>(character_count(text)) * kCharacterWidth; }

std::string shortened(std::string_view text, double width) {
  if (text_width(text) <= width) return std::string(text);
  const auto fitting = static_cast<std::size_t>(std::max(1.0, width / kCharacterWidth - 1.0));
  std::size_t characters = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (!is_continuation_byte(text[end]) && characters++ == fitting) break;
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

void Svg::mark(double x, double y, std::size_t shape, std::string_view classes, std::string_view title) {
  const auto at = [x, y](double right, double down) { return coordinate(x + right) + " " + coordinate(y + down); };
  switch (shape % kMarkShapes) {
    case 0:
      return circle(x, y, 3.3, classes, title);
    case 1:
      return rectangle(x - 3, y - 3, 6, 6, classes, title);
    case 2:
      return path(fmt::format("M{}L{}L{}Z", at(0, -4), at(3.8, 3), at(-3.8, 3)), classes, title);
    default:
      return path(fmt::format("M{}L{}L{}L{}Z", at(0, -4.4), at(4, 0), at(0, 4.4), at(-4, 0)), classes, title);
  }
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
