#include "analysis/trend.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

constexpr std::size_t kLongestSeries = 128;
constexpr std::int64_t kLongestExact = 20;

std::vector<double> shortened(std::span<const double> values) {
  if (values.size() <= kLongestSeries) return {values.begin(), values.end()};
  std::vector<double> blocks;
  for (std::size_t block = 0; block < kLongestSeries; ++block) {
    const std::size_t begin = block * values.size() / kLongestSeries;
    const std::size_t end = (block + 1) * values.size() / kLongestSeries;
    blocks.push_back(median(values.subspan(begin, end - begin)));
  }
  return blocks;
}

/// P(|S| >= |score|) over all orders of `count` distinct values: counts the permutations by their inversions.
double exact_p_value(std::int64_t count, std::int64_t score) {
  std::vector<double> share{1.0};  // [inversions], of the permutations of the values so far
  for (std::int64_t length = 2; length <= count; ++length) {
    std::vector<double> next(share.size() + static_cast<std::size_t>(length - 1), 0.0);
    for (std::size_t inversions = 0; inversions < share.size(); ++inversions) {
      for (std::int64_t added = 0; added < length; ++added) {
        next[inversions + static_cast<std::size_t>(added)] += share[inversions] / static_cast<double>(length);
      }
    }
    share = std::move(next);
  }
  const std::int64_t pairs = count * (count - 1) / 2;
  double p_value = 0.0;
  for (std::int64_t inversions = 0; inversions <= pairs; ++inversions) {
    if (std::abs(pairs - 2 * inversions) >= std::abs(score)) p_value += share[static_cast<std::size_t>(inversions)];
  }
  return std::min(p_value, 1.0);
}

double normal_p_value(const std::vector<double>& values, std::int64_t score) {
  const auto pairs_term = [](double n) { return n * (n - 1.0) * (2.0 * n + 5.0); };
  std::map<double, int> ties;
  for (const double value : values) ++ties[value];
  double variance = pairs_term(static_cast<double>(values.size()));
  for (const auto& tie : ties) variance -= pairs_term(tie.second);
  if (score == 0 || variance <= 0.0) return 1.0;
  const double z = (static_cast<double>(std::abs(score)) - 1.0) / std::sqrt(variance / 18.0);
  return std::erfc(z / std::sqrt(2.0));
}

}  // namespace

Trend trend_of(std::span<const double> series) {
  if (series.size() < 3 || std::isnan(median(series))) return {0.0, 1.0};
  const std::vector<double> values = shortened(series);
  std::int64_t score = 0;
  bool tied = false;
  std::vector<double> slopes;
  for (std::size_t later = 1; later < values.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const double rise = values[later] - values[earlier];
      score += rise > 0.0 ? 1 : rise < 0.0 ? -1 : 0;
      tied = tied || rise == 0.0;
      slopes.push_back(rise / static_cast<double>(later - earlier));
    }
  }
  const auto count = static_cast<std::int64_t>(values.size());
  const bool exact = count <= kLongestExact && !tied;
  return {median(slopes) * static_cast<double>(count - 1) / median(values),
          exact ? exact_p_value(count, score) : normal_p_value(values, score)};
}

}  // namespace scalemark::analysis
