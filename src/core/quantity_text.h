#pragma once

#include <cstddef>
#include <string>

#include "core/statistics.h"

namespace scalemark {

/// What a number measures: it decides how the number is shown.
enum class Unit {
  kNone,
  kCount,  ///< a number of things that is a mean, and so need not be whole
  kSeconds,
  kBytes,
  kBytesPerSecond,
  kImagesPerSecond,
  kFlops,
  kFlopsPerSecond,
  kJoules,
  kWatts,
  kFraction,
  kRatio
};

/// What stands for a value that was not measured: an en dash.
inline constexpr const char* kNotMeasuredText = "\u2013";

/// "12.3 ms [12.1, 12.6]": three digits at the interval's largest bound and one unit; without bounds "12.3 ms".
std::string to_text(const Interval& interval, Unit unit);

/// "12.3 ms", "93.4 %", "1.87".
std::string to_text(double value, Unit unit);

/// "110,289.5": a comma before every third digit of the whole part.
std::string with_thousands(std::string number);

/// "1 rank", "4 ranks".
std::string counted(std::size_t count, const std::string& noun);

}  // namespace scalemark
