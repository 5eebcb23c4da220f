#include "core/share_of_mean.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "core/mean_estimate.h"
#include "core/nan.h"

namespace scalemark {
namespace {

struct Rounds {
  std::vector<double> part;
  std::vector<double> whole;
};

/// The rounds of a part, of any sign, and of the whole in which both are known.
Rounds common_rounds(std::span<const double> part, std::span<const double> whole) {
  Rounds rounds;
  for (std::size_t round = 0; round < std::min(part.size(), whole.size()); ++round) {
    if (!std::isfinite(part[round]) || !is_duration(whole[round])) continue;
    rounds.part.push_back(part[round]);
    rounds.whole.push_back(whole[round]);
  }
  return rounds;
}

/// How sure the mean of part - share x whole is.
MeanEstimate deviation(const Rounds& rounds, double share) {
  std::vector<double> deviations(rounds.part.size());
  for (std::size_t i = 0; i < deviations.size(); ++i) deviations[i] = rounds.part[i] - share * rounds.whole[i];
  return mean_estimate(deviations);
}

/// The share with Student's t about it. @param variance  of share x whole
Interval share_interval(double share, double whole, double variance, double degrees_of_freedom) {
  if (std::isnan(variance)) return {share, kNaN, kNaN};
  const double half_width = student_t_quantile(kQuantileOf95, degrees_of_freedom) * std::sqrt(variance) / whole;
  return {share, share - half_width, share + half_width};
}

}  // namespace

Interval interval_of_share(std::span<const double> part, std::span<const double> whole) {
  const Rounds rounds = common_rounds(part, whole);
  const double all = mean_estimate(rounds.whole).mean;
  const double share = mean_estimate(rounds.part).mean / all;
  const MeanEstimate own = deviation(rounds, share);
  return share_interval(share, all, own.variance, own.degrees_of_freedom);
}

Interval interval_of_share_independent(std::span<const double> part, std::span<const double> other,
                                       std::span<const double> whole) {
  const Rounds rounds = common_rounds(part, whole);
  std::vector<double> usable;
  std::copy_if(other.begin(), other.end(), std::back_inserter(usable),
               [](double value) { return std::isfinite(value); });
  const MeanEstimate apart = mean_estimate(usable);
  const double all = mean_estimate(rounds.whole).mean;
  const double share = (mean_estimate(rounds.part).mean - apart.mean) / all;
  const MeanEstimate own = deviation(rounds, share);
  return share_interval(share, all, own.variance + apart.variance, welch_degrees_of_freedom(own, apart));
}

}  // namespace scalemark
