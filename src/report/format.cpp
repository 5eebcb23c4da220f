#include "report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "core/units.h"
#include "core/utf8.h"
#include "results/records.h"

namespace scalemark::report {
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
      return display_in({{1e9, " GB/s"}, {1e6, " MB/s"}}, magnitude);  // as nccl-tests prints bandwidths
    case Unit::kFlops:
      return display_in({{1e12, " TFLOP"}, {1e9, " GFLOP"}}, magnitude);
    case Unit::kFlopsPerSecond:
      return display_in({{1e12, " TFLOP/s"}, {1e9, " GFLOP/s"}}, magnitude);
    case Unit::kJoules:
      return display_in({{1e3, " kJ"}, {1, " J"}, {1e-3, " mJ"}}, magnitude);
    case Unit::kWatts:
      return display_in({{1e3, " kW"}, {1, " W"}}, magnitude);
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

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::string spaces(width - std::min(width, character_count(text)), ' ');
  return left ? text + spaces : spaces + text;
}

}  // namespace

std::string to_text(const Interval& interval, Unit unit) {
  if (!std::isfinite(interval.estimate)) return kNotMeasuredText;
  const Display display = display_of(magnitude_of(interval), unit);
  const auto number = [&display](double value) {
    std::string text = fmt::format("{:.{}f}", value * display.factor, display.decimals);
    const bool zero = text.find_first_of("123456789") == std::string::npos;
    return zero && text.front() == '-' ? text.substr(1) : text;
  };
  std::string estimate = number(interval.estimate) + display.suffix;
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return estimate;
  return fmt::format("{} [{}, {}]", estimate, number(interval.low), number(interval.high));
}

std::string to_text(double value, Unit unit) {
  return to_text(Interval{value, results::kNotMeasured, results::kNotMeasured}, unit);
}

std::string tick_text(double value, Unit unit) {
  std::string text = to_text(value, unit);
  const std::size_t point = text.find('.');
  if (point == std::string::npos) return text;
  const std::size_t end = text.find_first_not_of("0123456789", point + 1);
  std::size_t keep = end == std::string::npos ? text.size() : end;
  const std::size_t number_end = keep;
  while (text[keep - 1] == '0') --keep;
  if (text[keep - 1] == '.') --keep;
  return text.erase(keep, number_end - keep);
}

std::string to_text(const Cell& cell, Unit unit) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* count = std::get_if<std::int64_t>(&cell)) {
    return unit == Unit::kNone ? fmt::format("{}", *count) : to_text(static_cast<double>(*count), unit);
  }
  if (const auto* number = std::get_if<double>(&cell)) return to_text(*number, unit);
  if (const auto* interval = std::get_if<Interval>(&cell)) return to_text(*interval, unit);
  return kNotMeasuredText;
}

std::string text_table(const Table& table) {
  std::vector<std::vector<std::string>> lines(table.rows.size() + 1);
  std::string text;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    lines[0].push_back(table.columns[column].title);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      lines[row + 1].push_back(to_text(table.rows[row][column], table.columns[column].unit));
    }
    std::size_t width = 0;
    for (const auto& line : lines) width = std::max(width, character_count(line[column]));
    for (auto& line : lines) line[column] = padded(line[column], width, table.columns[column].is_text());
  }
  for (const auto& line : lines) {
    std::string joined = fmt::format("{}", fmt::join(line, "  "));
    joined.erase(joined.find_last_not_of(' ') + 1);
    text += joined + "\n";
  }
  return text;
}

}  // namespace scalemark::report
