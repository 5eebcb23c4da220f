#include "core/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace scalemark {
namespace {

struct Quantity {
  double number;
  std::string_view unit;
};

std::optional<Quantity> split_quantity(std::string_view text) {
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  return Quantity{number, unit};
}

template <std::size_t N>
std::optional<double> scaled(std::string_view text, const std::array<std::pair<std::string_view, double>, N>& units) {
  const auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  for (const auto& [name, factor] : units) {
    if (quantity->unit != name) continue;
    // A thousandth is no double, a thousand is one: 200us is then the very number that is written 0.0002s.
    return factor < 1 ? quantity->number / std::round(1 / factor) : quantity->number * factor;
  }
  return std::nullopt;
}

std::string three_digits(double value, std::string_view unit) {
  const double size = std::abs(value);
  const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return fmt::format("{:.{}f} {}", value, decimals, unit);
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  constexpr double kKi = kKibibyte, kMi = kMebibyte, kGi = kGibibyte, kTi = 1024.0 * kGibibyte;
  // nccl-tests takes the single letters in either case.
  static constexpr std::array<std::pair<std::string_view, double>, 18> kUnits{{{"", 1},
                                                                               {"B", 1},
                                                                               {"K", kKi},
                                                                               {"M", kMi},
                                                                               {"G", kGi},
                                                                               {"T", kTi},
                                                                               {"k", kKi},
                                                                               {"m", kMi},
                                                                               {"g", kGi},
                                                                               {"t", kTi},
                                                                               {"KiB", kKi},
                                                                               {"MiB", kMi},
                                                                               {"GiB", kGi},
                                                                               {"TiB", kTi},
                                                                               {"kB", 1e3},
                                                                               {"MB", 1e6},
                                                                               {"GB", 1e9},
                                                                               {"TB", 1e12}}};
  const auto bytes = scaled(text, kUnits);
  constexpr double kLargest = 9e18;
  if (!bytes || *bytes > kLargest) return std::nullopt;
  return std::llround(*bytes);
}

std::optional<double> parse_seconds(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 6> kUnits{
      {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}}};
  return scaled(text, kUnits);
}

std::optional<double> parse_percent(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 1> kUnits{{{"%", 1}}};
  return scaled(text, kUnits);
}

std::optional<double> parse_bytes_per_second(std::string_view text) {
  constexpr double kBit = 0.125;
  static constexpr std::array<std::pair<std::string_view, double>, 10> kUnits{{{"B/s", 1},
                                                                               {"kB/s", 1e3},
                                                                               {"MB/s", 1e6},
                                                                               {"GB/s", 1e9},
                                                                               {"KiB/s", kKibibyte},
                                                                               {"MiB/s", kMebibyte},
                                                                               {"GiB/s", kGibibyte},
                                                                               {"kbit/s", 1e3 * kBit},
                                                                               {"Mbit/s", 1e6 * kBit},
                                                                               {"Gbit/s", 1e9 * kBit}}};
  return scaled(text, kUnits);
}

std::string format_bytes(double bytes) {
  if (std::isnan(bytes)) return "-";
  constexpr std::array<std::string_view, 5> kNames{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kNames.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : three_digits(bytes, kNames[unit]);
}

std::string format_seconds(double seconds) {
  if (std::isnan(seconds)) return "-";
  const double size = std::abs(seconds);
  if (size == 0) return "0 s";
  if (size >= 3 * 3600) return three_digits(seconds / 3600, "h");
  if (size >= 120) return three_digits(seconds / 60, "min");
  if (size >= 1) return three_digits(seconds, "s");
  if (size >= 1e-3) return three_digits(seconds * 1e3, "ms");
  return three_digits(seconds * 1e6, "us");
}

}  // namespace scalemark
