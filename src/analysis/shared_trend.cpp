#include "analysis/shared_trend.h"

#include <algorithm>
#include <cmath>

#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

using TrendSeries = std::vector<std::vector<double>>;

constexpr std::size_t kFewestForStudent = 3;
constexpr std::size_t kFewestValues = 3;
/// A correlation of 0.9 makes shorter series look as if they rose.
constexpr std::size_t kFewestWhitened = 200;

TrendSeries usable(const TrendSeries& series, std::size_t fewest_values) {
  TrendSeries kept;
  for (const auto& one : series) {
    if (one.size() >= fewest_values && !std::isnan(median(one))) kept.push_back(one);
  }
  return kept;
}

Trend student_trend(const TrendSeries& series) {
  std::vector<double> changes;
  double mean = 0.0;
  for (const auto& one : series) {
    changes.push_back(trend_of(one).relative_change);
    mean += changes.back() / static_cast<double>(series.size());
  }
  const double freedom = static_cast<double>(series.size()) - 1.0;
  double variance = 0.0;
  for (const double change : changes) variance += (change - mean) * (change - mean) / freedom;
  if (mean == 0.0) return {0.0, 1.0};
  return {mean, student_t_two_sided_p_value(mean / std::sqrt(variance / (freedom + 1.0)), freedom)};
}

/// `values` less the straight line through them.
std::vector<double> residuals_of(const std::vector<double>& values) {
  const double middle = 0.5 * (static_cast<double>(values.size()) - 1.0);
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double products = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double position = static_cast<double>(i) - middle;
    products += position * (values[i] - mean);
    squares += position * position;
  }
  std::vector<double> residuals;
  for (std::size_t i = 0; i < values.size(); ++i) {
    residuals.push_back(values[i] - mean - products / squares * (static_cast<double>(i) - middle));
  }
  return residuals;
}

/// The AR(1) coefficient of the residuals of all series, in [0, 0.99]. A line through n values takes (2 + 4 phi) / n
/// off the coefficient.
double autoregression(const TrendSeries& series) {
  double products = 0.0;
  double squares = 0.0;
  for (const auto& one : series) {
    const std::vector<double> residuals = residuals_of(one);
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      squares += residuals[i] * residuals[i];
      if (i > 0) products += residuals[i] * residuals[i - 1];
    }
  }
  if (squares == 0.0) return 0.0;
  const auto count = static_cast<double>(series.front().size());
  return std::clamp((products / squares * count + 2.0) / (count - 4.0), 0.0, 0.99);
}

/// [value] The mean of the series.
std::vector<double> mean_of(const TrendSeries& series) {
  std::vector<double> mean(series.front().size(), 0.0);
  for (const auto& one : series) {
    for (std::size_t i = 0; i < std::min(mean.size(), one.size()); ++i)
      mean[i] += one[i] / static_cast<double>(series.size());
  }
  return mean;
}

Trend whitened_trend(const TrendSeries& series) {
  if (series.empty()) return {0.0, 1.0};
  const double coefficient = autoregression(series);
  const std::vector<double> mean = mean_of(series);
  std::vector<double> white;
  for (std::size_t i = 1; i < mean.size(); ++i) white.push_back(mean[i] - coefficient * mean[i - 1]);
  return {trend_of(mean).relative_change, trend_of(white).p_value};
}

}  // namespace

Trend shared_trend(const std::vector<std::vector<double>>& series) {
  const TrendSeries kept = usable(series, kFewestValues);
  return kept.size() >= kFewestForStudent ? student_trend(kept) : whitened_trend(usable(kept, kFewestWhitened));
}

}  // namespace scalemark::analysis
