#include "analysis/ranks/slowest_rank.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/significance.h"
#include "core/holm.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

/// A rank's log ratios to the median of the others, over the repetitions that have one.
struct RankRatio {
  double count = 0.0;
  double mean = results::kNotMeasured;
  double variance = results::kNotMeasured;
};

RankRatio ratio_of(const SecondsByRank& seconds, std::size_t rank) {
  const std::vector<double> others = median_of_others(seconds, rank);
  std::vector<double> logs;
  for (std::size_t repetition = 0; repetition < seconds.size(); ++repetition) {
    const double log = std::log(seconds[repetition][rank] / others[repetition]);
    if (std::isfinite(log)) logs.push_back(log);
  }
  RankRatio ratio;
  if (logs.size() < 2) return ratio;
  ratio.count = static_cast<double>(logs.size());
  ratio.mean = 0.0;
  for (const double log : logs) ratio.mean += log / ratio.count;
  ratio.variance = 0.0;
  for (const double log : logs) ratio.variance += (log - ratio.mean) * (log - ratio.mean) / (ratio.count - 1.0);
  return ratio;
}

std::vector<RankRatio> ratios_of(const SecondsByRank& seconds) {
  std::vector<RankRatio> ratios;
  const std::size_t ranks = seconds.empty() ? 0 : seconds.front().size();
  for (std::size_t rank = 0; ranks > 1 && rank < ranks; ++rank) ratios.push_back(ratio_of(seconds, rank));
  return ratios;
}

/// The mean variance of those ranks that have one.
double shared_variance(const std::vector<RankRatio>& ratios) {
  double sum = 0.0;
  double count = 0.0;
  for (const RankRatio& one : ratios) {
    if (std::isnan(one.variance)) continue;
    sum += one.variance;
    count += 1.0;
  }
  return sum / count;
}

/// P of a ratio of `kLeastSlowdown`, two-sided, so that the 95 % interval of a rank tested alone ends where p is 0.05;
/// 1 for a rank that is not slower.
double p_value_of(const RankRatio& ratio, double shared, double ranks) {
  if (std::isnan(ratio.variance)) return results::kNotMeasured;
  const double excess = ratio.mean - std::log(kLeastSlowdown);
  if (excess <= 0.0) return 1.0;
  const double standard_error = std::sqrt(std::max(ratio.variance, shared) / ratio.count);
  return student_t_two_sided_p_value(excess / standard_error, (ratio.count - 1.0) * (ranks - 1.0));
}

}  // namespace

std::optional<std::size_t> slowest_rank(const SecondsByRank& seconds) {
  const std::vector<RankRatio> ratios = ratios_of(seconds);
  const double shared = shared_variance(ratios);
  std::vector<double> p_values;
  p_values.reserve(ratios.size());
  for (const RankRatio& one : ratios) p_values.push_back(p_value_of(one, shared, static_cast<double>(ratios.size())));
  const std::vector<double> adjusted = holm_adjusted(p_values);
  std::optional<std::size_t> slowest;
  for (std::size_t rank = 0; rank < ratios.size(); ++rank) {
    if (!(adjusted[rank] < kSignificance)) continue;
    if (!slowest || ratios[rank].mean > ratios[*slowest].mean) slowest = rank;
  }
  return slowest;
}

}  // namespace scalemark::analysis
