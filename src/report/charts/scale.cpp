#include "report/charts/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace scalemark::report {
namespace {

constexpr double kMostSteps = 1e15;  // below 2^53

/// The least of 1, 2, 5 x 10^n that is not below `value`.
double round_up(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (value <= factor * power * (1.0 + 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

std::vector<double> log_values(double low, double high, const std::vector<double>& factors) {
  std::vector<double> values;
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const double factor : factors) {
      const double value = factor * std::pow(10.0, exponent);
      if (value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9)) values.push_back(value);
    }
  }
  return values;
}

}  // namespace

Scale::Scale(Kind kind, double low, double high, double begin, double end)
    : kind_(kind), low_(low), high_(high), begin_(begin), end_(end) {}

double Scale::position(double value) const { return kind_ == Kind::kLog ? std::log(value) : value; }

double Scale::at(double value) const {
  const double share = (position(value) - position(low_)) / (position(high_) - position(low_));
  return begin_ + share * (end_ - begin_);
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

std::string count_text(double value) { return fmt::format("{:g}", value); }

std::vector<Tick> linear_ticks(double low, double high, const TickText& text) {
  constexpr int kMost = 6;
  const double step = round_up((high - low) / 5.0);
  // Whole numbers of steps that a double cannot tell apart would be one tick, again and again.
  if (!(step > 0.0) || !(std::max(std::abs(low), std::abs(high)) / step < kMostSteps)) return ticks_at({low}, text);
  const double first = std::ceil(low / step - 1e-9);
  std::vector<double> values;
  for (int i = 0; i < kMost; ++i) {
    const double value = (first + i) * step;
    if (value <= high + 1e-9 * step) values.push_back(value + 0.0);  // no -0
  }
  return ticks_at(values, text);
}

std::vector<Tick> log_ticks(double low, double high, const TickText& text) {
  constexpr std::size_t kMost = 7;
  std::vector<double> values = log_values(low, high, {1.0, 2.0, 5.0});
  if (values.size() > kMost) values = log_values(low, high, {1.0});
  if (values.size() < 2) values = log_values(low, high, {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0});
  while (values.size() > kMost) {
    for (std::size_t i = 1; i < values.size(); ++i) values.erase(values.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return ticks_at(values, text);
}

std::vector<double> powers_of_two(int first, int last) {
  std::vector<double> values;
  for (int exponent = first; exponent <= last; ++exponent) values.push_back(std::exp2(exponent));
  return values;
}

std::vector<double> parts_of_two(double low, double high) {
  std::vector<double> values;
  const int first = static_cast<int>(std::floor(std::log2(low)));
  for (int exponent = first; std::exp2(exponent) <= high; ++exponent) {
    for (const double factor : {1.0, 1.25, 1.5, 1.75}) {
      const double value = factor * std::exp2(exponent);
      if (value >= low && value <= high) values.push_back(value);
    }
  }
  return values;
}

std::vector<Tick> ticks_at(const std::vector<double>& values, const TickText& text) {
  std::vector<Tick> ticks;
  ticks.reserve(values.size());
  for (const double value : values) ticks.push_back({value, text(value)});
  return ticks;
}

}  // namespace scalemark::report
