#include "core/intervals/crossing.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/mean_estimate.h"
#include "core/nan.h"

namespace scalemark {
namespace {

constexpr double kOfAUniformPlace = 1.0 / 12.0;

std::vector<double> ends_of(std::span<const Crossing> crossings, double Crossing::*end) {
  std::vector<double> ends;
  ends.reserve(crossings.size());
  for (const Crossing& one : crossings) ends.push_back(one.*end);
  return ends;
}

double half_width(const MeanEstimate& ends, double least_variance, double count) {
  const double variance = std::max(ends.standard_deviation * ends.standard_deviation, least_variance);
  return student_t_quantile(kQuantileOf95, count - 1.0) * std::sqrt(variance / count);
}

bool is_known(const Crossing& one) { return std::isfinite(one.low) && std::isfinite(one.high); }

}  // namespace

double variance_within(std::span<const Crossing> crossings) {
  double squares = 0.0;
  for (const Crossing& one : crossings) squares += (one.high - one.low) * (one.high - one.low);
  return kOfAUniformPlace * squares / static_cast<double>(crossings.size());
}

Interval mean_of_crossings(std::span<const Crossing> crossings) {
  if (crossings.empty() || !std::ranges::all_of(crossings, is_known)) return {kNaN, kNaN, kNaN};
  const auto count = static_cast<double>(crossings.size());
  const MeanEstimate lower = mean_estimate(ends_of(crossings, &Crossing::low));
  const MeanEstimate upper = mean_estimate(ends_of(crossings, &Crossing::high));
  if (crossings.size() == 1) return {upper.mean, lower.mean, upper.mean};
  const double within = variance_within(crossings);
  return {upper.mean, std::max(0.0, lower.mean - half_width(lower, within, count)),
          upper.mean + half_width(upper, within, count)};
}

}  // namespace scalemark
