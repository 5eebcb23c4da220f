#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scalemark::report {

/// Text made safe inside elements and attributes of HTML and XML alike: & < > " ' are escaped; bytes that are no UTF-8
/// and control characters become U+FFFD, so that no name from a file can break the page.
std::string markup_escaped(std::string_view text);

/// "12.3": a coordinate to a tenth, without trailing zeros.
std::string coordinate(double value);

/// Of every chart, in the units of its coordinates.
inline constexpr double kChartWidth = 440;

inline constexpr std::size_t kMarkShapes = 4;

enum class Anchor { kStart, kMiddle, kEnd };

/// Builds one SVG image of fixed inner size that scales with its container. Colours come from the page's style sheet
/// by class, so that light, dark and print each have their own.
class Svg {
 public:
  /// `title` and `description` are what a reader hears who does not see the image.
  Svg(double width, double height, std::string_view title, std::string_view description);

  void line(double x1, double y1, double x2, double y2, std::string_view classes);
  void rectangle(double x, double y, double width, double height, std::string_view classes,
                 std::string_view title = "");
  void circle(double x, double y, double radius, std::string_view classes, std::string_view title = "");
  /// A point of a series: one of four shapes, so that no reader needs the colour.
  void mark(double x, double y, std::size_t shape, std::string_view classes, std::string_view title);
  /// `data` as in the attribute d: "M0 0L1 1".
  void path(std::string_view data, std::string_view classes, std::string_view title = "");
  void text(double x, double y, std::string_view content, Anchor anchor, std::string_view classes = "");
  /// Reads from bottom to top, centred on (x, y).
  void upright_text(double x, double y, std::string_view content);

  double width() const { return width_; }
  double height() const { return height_; }

  /// The whole element.
  std::string str() const;

 private:
  void element(std::string_view open, std::string_view name, std::string_view title);

  double width_;
  double height_;
  std::string head_;
  std::string body_;
};

/// Width of a text of the charts' size, in their units: an estimate that is rather too large, so that labels which fit
/// by it do not overlap in any common font.
double text_width(std::string_view text);

/// The text, or its beginning and an ellipsis where it is wider.
std::string shortened(std::string_view text, double width);

}  // namespace scalemark::report
