#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/quantity_text.h"

namespace scalemark::report {

/// A position on an axis and what stands there; without a text, a grid line only.
struct Tick {
  double value = 0.0;
  std::string text;
};

/// Maps values to coordinates, linearly or by their logarithm.
class Scale {
 public:
  enum class Kind { kLinear, kLog };

  /// `low` < `high` (both > 0 for a logarithmic scale) lie at the coordinates `begin` and `end`.
  Scale(Kind kind, double low, double high, double begin, double end);

  double at(double value) const;
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double position(double value) const;

  Kind kind_;
  double low_;
  double high_;
  double begin_;
  double end_;
};

using TickText = std::function<std::string(double)>;

/// "10 ms": a round number at an axis, without trailing zeros.
std::string tick_text(double value, Unit unit);

/// "64": a count at an axis.
std::string count_text(double value);

/// 3 to 6 round values within [low, high]: multiples of 1, 2 or 5 x 10^n. `low` alone where a double has no room for
/// steps between the two.
std::vector<Tick> linear_ticks(double low, double high, const TickText& text);

/// Round values of a logarithmic axis, 7 at most: 1, 2, 5 x 10^n, or the powers of ten where those are many. Both ends
/// are positive and finite.
std::vector<Tick> log_ticks(double low, double high, const TickText& text);

/// 2^first to 2^last.
std::vector<double> powers_of_two(int first, int last);

/// Within [low, high]: quarters and halves of powers of two, where the powers themselves are too far apart.
std::vector<double> parts_of_two(double low, double high);

/// The given values, such as the numbers of ranks that were measured.
std::vector<Tick> ticks_at(const std::vector<double>& values, const TickText& text);

}  // namespace scalemark::report
