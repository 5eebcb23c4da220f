#include "prediction/stragglers.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "core/nan.h"
#include "results/case_summary.h"

namespace scalemark::prediction {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance_of(std::span<const double> values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

/// Variance of the ranks' mean steps in one repetition beyond what the scatter of their steps makes of equal ranks,
/// relative to the mean step. `steps` is [step, rank].
double rank_variance(std::span<const double> steps, std::size_t ranks) {
  std::vector<double> means;
  double noise = 0;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    std::vector<double> of_rank;
    for (std::size_t i = rank; i < steps.size(); i += ranks) of_rank.push_back(steps[i]);
    means.push_back(mean_of(of_rank));
    if (of_rank.size() > 1) noise += variance_of(of_rank) / static_cast<double>(of_rank.size() * ranks);
  }
  return (variance_of(means) - noise) / std::pow(mean_of(means), 2);
}

double rank_scatter_of(const results::StepSamples& samples, LeftOut left_out) {
  if (samples.ranks < 2) return 0;
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  const auto size = static_cast<std::size_t>(samples.steps) * ranks;
  std::vector<double> variances;
  std::span<const double> rest = samples.seconds;
  for (std::int64_t r = 0; r < samples.repetitions(); ++r, rest = rest.subspan(size))
    variances.push_back(rank_variance(rest.first(size), ranks));
  const double variance = mean_but_for(variances, left_out);
  return variance > 0 ? std::sqrt(variance) : 0;
}

double normal_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

double normal_distribution(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

/// A value and its weight in a distribution; weights add up to 1.
struct Weighted {
  double value;
  double weight;
};

/// The standard normal distribution on a grid.
std::vector<Weighted> normal_grid() {
  constexpr double kFurthest = 4;
  constexpr double kStep = 0.25;
  std::vector<Weighted> grid;
  for (double z = -kFurthest; z <= kFurthest; z += kStep) grid.push_back({z, normal_density(z)});
  double sum = 0;
  for (const auto& one : grid) sum += one.weight;
  for (auto& one : grid) one.weight /= sum;
  return grid;
}

/// Standard deviation of the largest of `count` standard normal values.
double scatter_of_largest(int count) {
  constexpr double kFurthest = 6;
  constexpr double kStep = 0.01;
  double mean = 0;
  double square = 0;
  for (double z = -kFurthest; z <= kFurthest; z += kStep) {
    const double weight = kStep * count * normal_density(z) * std::pow(normal_distribution(z), count - 1);
    mean += weight * z;
    square += weight * z * z;
  }
  return std::sqrt(square - mean * mean);
}

/// Quantile 0.025 of chi squared with `degrees` of freedom: exact for 1 and 2, Wilson and Hilferty's beyond.
double low_chi_squared(int degrees) {
  constexpr double kOne = 0.000982;
  if (degrees == 1) return kOne;
  if (degrees == 2) return -2 * std::log(0.975);
  const double ninth = 2.0 / (9 * degrees);
  return degrees * std::pow(1 - ninth - 1.96 * std::sqrt(ninth), 3);
}

/// Mean of the distribution of `draws`, spread by `scatter`, to the `power`.
double mean_to_the_power(const std::vector<double>& draws, double scatter, double power) {
  std::vector<Weighted> spread;
  const auto grid = scatter > 0 ? normal_grid() : std::vector<Weighted>{{0, 1}};
  for (const double draw : draws) {
    for (const auto& [z, weight] : grid)
      spread.push_back({draw + scatter * z, weight / static_cast<double>(draws.size())});
  }
  std::sort(spread.begin(), spread.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  double mean = 0;
  double below = 0;
  double distribution = 0;
  for (const auto& [value, weight] : spread) {
    distribution = std::min(1.0, distribution + weight);
    const double powered = std::pow(distribution, power);
    mean += value * (powered - below);
    below = powered;
  }
  return mean / below;
}

}  // namespace

Stragglers::Stragglers(const results::StepSamples& compute, LeftOut left_out)
    : ranks_(static_cast<int>(compute.ranks)), rank_scatter_(rank_scatter_of(compute, left_out)) {
  std::vector<double> means;
  for (std::int64_t r = 0; r < compute.repetitions(); ++r) {
    const auto slowest = results::slowest_of_steps(compute, r);
    means.push_back(mean_of(slowest));
    if (left_out == static_cast<std::size_t>(r) || !std::isfinite(means.back())) continue;
    for (const double seconds : slowest) relative_.push_back(seconds / means.back());
  }
  measured_seconds_ = mean_but_for(means, left_out);
}

double Stragglers::seconds_of(int ranks, RankScatter scatter) const {
  if (relative_.empty()) return kNaN;
  double of_ranks = rank_scatter_;
  if (scatter == RankScatter::kMost && ranks_ > 1) of_ranks *= std::sqrt((ranks_ - 1) / low_chi_squared(ranks_ - 1));
  const double of_groups = of_ranks * scatter_of_largest(ranks_);
  return measured_seconds_ * mean_to_the_power(relative_, of_groups, static_cast<double>(ranks) / ranks_);
}

}  // namespace scalemark::prediction
