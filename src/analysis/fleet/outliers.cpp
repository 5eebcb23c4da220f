#include "analysis/fleet/outliers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "analysis/moderated_scatter.h"
#include "core/nan.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

using Indices = std::vector<std::size_t>;

Indices largest_first(std::span<const double> values) {
  Indices order;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

/// Of a value beside `others`, of which none is missing.
double p_value_beside(double value, std::span<const double> others, double variance_within) {
  const auto count = static_cast<double>(others.size());
  double mean = 0.0;
  for (const double other : others) mean += other / count;
  double squares = 0.0;
  for (const double other : others) squares += (other - mean) * (other - mean);
  const Scatter scatter = moderated_scatter(squares, count - 1.0);
  const double variance = std::max(scatter.standard_deviation * scatter.standard_deviation, variance_within);
  return upper_p_value((value - mean) / std::sqrt(variance * (1.0 + 1.0 / count)), scatter.degrees_of_freedom);
}

double median_without(std::span<const double> values, const Indices& order, std::size_t left_out) {
  std::vector<double> others;
  for (const std::size_t i : order) {
    if (i != left_out) others.push_back(values[i]);
  }
  return median(others);
}

}  // namespace

std::vector<Outlyingness> outlyingness(std::span<const double> values, double variance_within) {
  std::vector<Outlyingness> found(values.size(), {kNaN, kNaN});
  const Indices order = largest_first(values);
  if (order.size() < 2) return found;
  for (const std::size_t i : order) found[i] = {values[i] - median_without(values, order, i), 1.0};
  const std::size_t suspects = std::max<std::size_t>(1, order.size() / 3);
  std::vector<double> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(values[i]);
  double least = 1.0;
  for (std::size_t place = suspects; place-- > 0;) {
    const auto others = std::span<const double>(sorted).subspan(place + 1);
    least = std::min(least, p_value_beside(sorted[place], others, variance_within));
    found[order[place]].p_value = least;
  }
  return found;
}

}  // namespace scalemark::analysis
