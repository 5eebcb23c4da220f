#pragma once

#include <cstddef>
#include <span>

namespace scalemark {

/// Fewer rounds tell too little of their own correlation: a correction would widen the intervals of independent ones
/// several times over by chance, and a test would seldom find it. So it is neither corrected for nor tested.
inline constexpr std::size_t kFewestForCorrelation = 20;

/// By how much the mean of correlated rounds is less certain than their scatter says.
struct EffectiveCount {
  double variance_factor = 1.0;  ///< of the mean's variance, at least 1
  double count;                  ///< independent rounds that would be as certain; at least 3 where it is corrected
};

/// From the lag-1 autocorrelation of `values`, in the order in which they were measured, less its small-sample bias:
/// (1 + r) / (1 - r) for r > 0 (Bartlett 1946). Below `kFewestForCorrelation` values, and where they do not vary, a
/// factor of 1.
EffectiveCount effective_count(std::span<const double> values);

/// P of a lag-1 autocorrelation at least as large by chance: one-sided, normal with the exact moments of white noise
/// (Moran 1948). NaN below `kFewestForCorrelation` values; 1 where they do not vary.
double serial_correlation_p_value(std::span<const double> values);

}  // namespace scalemark
