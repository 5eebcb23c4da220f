#pragma once

#include <span>

namespace scalemark {

/// A mean and how sure it is, where values may be correlated in the order in which they were measured
/// (core/serial_correlation.h).
struct MeanEstimate {
  double mean;                ///< NaN without values
  double standard_deviation;  ///< of the values; this and what follows: NaN below two values
  double variance;            ///< of the mean
  double degrees_of_freedom;
};

/// @param values  finite
MeanEstimate mean_estimate(std::span<const double> values);

/// Degrees of freedom of a sum of two independent means, by the variances of these (Welch 1947, Satterthwaite 1946).
double welch_degrees_of_freedom(const MeanEstimate& a, const MeanEstimate& b);

/// Finite and above 0.
bool is_duration(double seconds);

}  // namespace scalemark
