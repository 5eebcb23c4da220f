#include "core/quantity_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "core/units.h"

namespace scalemark {
namespace {

/// One scale for an estimate and its bounds.
struct Display {
  double factor;
  int decimals;
  std::string suffix;
};

int decimals_for(double magnitude) { return magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2; }

/// One of the unit that a text of core/units.h ends in, as that header's parsers read it.
std::string one_of_unit(const std::string& text) { return fmt::format("1{}", text.substr(text.find(' ') + 1)); }

/// Splits a text of core/units.h, so that the choice of unit has one home.
Display display_from(const std::string& text, double unit_size) {
  const std::size_t space = text.find(' ');
  const std::size_t point = text.find('.');
  const int decimals = point == std::string::npos ? 0 : static_cast<int>(space - point - 1);
  return {1.0 / unit_size, decimals, text.substr(space)};
}

Display display_of_seconds(double magnitude) {
  const std::string text = format_seconds(magnitude);
  return display_from(text, parse_seconds(one_of_unit(text)).value_or(1.0));
}

Display display_of_bytes(double magnitude) {
  const std::string text = format_bytes(magnitude);
  return display_from(text, static_cast<double>(parse_bytes(one_of_unit(text)).value_or(1)));
}

struct DecimalUnit {
  double size;
  const char* suffix;
};

/// In the first of the units, from large to small, that the magnitude reaches, or the last.
Display display_in(std::initializer_list<DecimalUnit> units, double magnitude) {
  const auto* unit = std::find_if(units.begin(), units.end() - 1,
                                  [magnitude](const DecimalUnit& one) { return magnitude >= one.size; });
  return {1.0 / unit->size, decimals_for(magnitude / unit->size), unit->suffix};
}

Display display_of(double magnitude, Unit unit) {
  switch (unit) {
    case Unit::kSeconds:
      return display_of_seconds(magnitude);
    case Unit::kBytes:
      return display_of_bytes(magnitude);
    case Unit::kBytesPerSecond:
      // Decimal, as nccl-tests prints bandwidths; collectives of a few bytes reach few.
      return display_in({{1e9, " GB/s"}, {1e6, " MB/s"}, {1e3, " kB/s"}, {1, " B/s"}}, magnitude);
    case Unit::kFlops:
      return display_in({{1e12, " TFLOP"}, {1e9, " GFLOP"}}, magnitude);
    case Unit::kFlopsPerSecond:
      return display_in({{1e12, " TFLOP/s"}, {1e9, " GFLOP/s"}}, magnitude);
    case Unit::kJoules:
      return display_in({{1e3, " kJ"}, {1, " J"}, {1e-3, " mJ"}}, magnitude);
    case Unit::kWatts:
      return display_in({{1e3, " kW"}, {1, " W"}}, magnitude);
    case Unit::kCount:
      return {1.0, 0, ""};
    case Unit::kImagesPerSecond:
      return {1.0, decimals_for(magnitude), ""};
    case Unit::kFraction:
      return {100.0, 1, " %"};
    case Unit::kRatio:
      return {1.0, 2, ""};
    case Unit::kNone:
      break;
  }
  return {1.0, 4, ""};
}

double magnitude_of(const Interval& interval) {
  double magnitude = 0.0;
  for (const double value : {interval.estimate, interval.low, interval.high}) {
    if (std::isfinite(value)) magnitude = std::max(magnitude, std::abs(value));
  }
  return magnitude;
}

}  // namespace

std::string to_text(const Interval& interval, Unit unit) {
  if (!std::isfinite(interval.estimate)) return kNotMeasuredText;
  const Display display = display_of(magnitude_of(interval), unit);
  const auto number = [&display, unit](double value) {
    std::string text = fmt::format("{:.{}f}", value * display.factor, display.decimals);
    const bool zero = text.find_first_of("123456789") == std::string::npos;
    if (zero && text.front() == '-') text.erase(0, 1);
    return unit == Unit::kImagesPerSecond || unit == Unit::kCount ? with_thousands(text) : text;
  };
  std::string estimate = number(interval.estimate) + display.suffix;
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return estimate;
  return fmt::format("{} [{}, {}]", estimate, number(interval.low), number(interval.high));
}

std::string with_thousands(std::string number) {
  const std::size_t first = number.front() == '-' ? 1 : 0;
  for (std::size_t at = std::min(number.find('.'), number.size()); at > first + 3;) number.insert(at -= 3, 1, ',');
  return number;
}

std::string counted(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string to_text(double value, Unit unit) { return to_text(Interval{value, NAN, NAN}, unit); }

}  // namespace scalemark
