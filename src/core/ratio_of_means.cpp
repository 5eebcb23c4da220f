#include "core/ratio_of_means.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "core/mean_ratio.h"
#include "core/nan.h"
#include "core/serial_correlation.h"

namespace scalemark {
namespace {

bool is_duration(double value) { return std::isfinite(value) && value > 0.0; }

/// Mean of the rounds, and the variance of that mean.
struct RoundMean {
  double mean = kNaN;
  double variance = kNaN;  ///< NaN below two rounds
  double degrees_of_freedom = 0.0;
};

RoundMean round_mean(std::span<const double> values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double value : values) sum += value;
  RoundMean result{sum / count, kNaN, count - 1.0};
  if (values.size() < 2) return result;
  double squares = 0.0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  const EffectiveCount effective = effective_count(values);
  result.variance = squares / (count - 1.0) / count * effective.variance_factor;
  result.degrees_of_freedom = effective.count - 1.0;
  return result;
}

struct Rounds {
  std::vector<double> first;
  std::vector<double> second;
};

/// The rounds in which `wanted` holds for both values.
template <typename Wanted>
Rounds common_rounds(std::span<const double> first, std::span<const double> second, const Wanted& wanted) {
  Rounds rounds;
  for (std::size_t round = 0; round < std::min(first.size(), second.size()); ++round) {
    if (!wanted(first[round], second[round])) continue;
    rounds.first.push_back(first[round]);
    rounds.second.push_back(second[round]);
  }
  return rounds;
}

/// Student's half width of a sum of two independent means; NaN where one has fewer than two rounds.
double welch_half_width(double variance, double other_variance, double degrees, double other_degrees) {
  const double sum = variance + other_variance;
  if (std::isnan(sum)) return kNaN;
  if (sum == 0.0) return 0.0;
  const double joint = sum * sum / (variance * variance / degrees + other_variance * other_variance / other_degrees);
  return student_t_quantile(kQuantileOf95, joint) * std::sqrt(sum);
}

/// Student's half width of the mean of a x first + b x second, round by round.
double half_width_of(const Rounds& rounds, double a, double b) {
  std::vector<double> combined(rounds.first.size());
  for (std::size_t i = 0; i < combined.size(); ++i) combined[i] = a * rounds.first[i] + b * rounds.second[i];
  const RoundMean mean = round_mean(combined);
  if (std::isnan(mean.variance)) return kNaN;
  return student_t_quantile(kQuantileOf95, mean.degrees_of_freedom) * std::sqrt(mean.variance);
}

}  // namespace

Interval interval_of_ratio_of_means(std::span<const double> numerator, std::span<const double> denominator) {
  return paired_mean_ratio(numerator, denominator).interval();
}

Interval interval_of_ratio_of_means_independent(std::span<const double> numerator,
                                                std::span<const double> denominator) {
  return unpaired_mean_ratio(numerator, denominator).interval();
}

Interval interval_of_share(std::span<const double> part, std::span<const double> whole) {
  const Rounds rounds =
      common_rounds(part, whole, [](double x, double y) { return std::isfinite(x) && is_duration(y); });
  const double y = round_mean(rounds.second).mean;
  const double share = round_mean(rounds.first).mean / y;
  const double half_width = half_width_of(rounds, 1.0 / y, -share / y);
  return {share, share - half_width, share + half_width};
}

Interval interval_of_share_independent(std::span<const double> part, std::span<const double> other,
                                       std::span<const double> whole) {
  const Rounds rounds =
      common_rounds(part, whole, [](double x, double y) { return std::isfinite(x) && is_duration(y); });
  std::vector<double> usable;
  std::copy_if(other.begin(), other.end(), std::back_inserter(usable),
               [](double value) { return std::isfinite(value); });
  const RoundMean apart = round_mean(usable);
  const double y = round_mean(rounds.second).mean;
  const double share = (round_mean(rounds.first).mean - apart.mean) / y;
  std::vector<double> deviations(rounds.first.size());
  for (std::size_t i = 0; i < deviations.size(); ++i) deviations[i] = rounds.first[i] - share * rounds.second[i];
  const RoundMean own = round_mean(deviations);
  const double half_width =
      welch_half_width(own.variance, apart.variance, own.degrees_of_freedom, apart.degrees_of_freedom) / y;
  return {share, share - half_width, share + half_width};
}

}  // namespace scalemark
