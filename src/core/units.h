#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scalemark {

inline constexpr std::int64_t kKibibyte = 1024;
inline constexpr std::int64_t kMebibyte = 1024 * kKibibyte;
inline constexpr std::int64_t kGibibyte = 1024 * kMebibyte;

/// Reads "16GiB", "500MB", "128M" (= MiB, as nccl-tests), "4096"; nullopt where the text is not a size.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// Reads "10min", "90s", "1.5h", "250ms", "20us" as seconds; nullopt where the text is not a duration.
std::optional<double> parse_seconds(std::string_view text);

/// Reads "2%", "0.5 %" as 2 and 0.5; nullopt where the text is not a percentage.
std::optional<double> parse_percent(std::string_view text);

/// Reads "25GB/s", "12GiB/s", "100Gbit/s" as bytes per second; nullopt where the text is not a rate.
std::optional<double> parse_bytes_per_second(std::string_view text);

/// "1.50 GiB": three significant digits and a binary unit.
std::string format_bytes(double bytes);

/// "12.3 ms": three significant digits and the unit that fits; "-" for NaN.
std::string format_seconds(double seconds);

}  // namespace scalemark
