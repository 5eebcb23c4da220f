#include "analysis/history/change_points.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/moderated_scatter.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

/// Sums over the values from one index to another.
class Sums {
 public:
  explicit Sums(std::span<const double> values) : sum_(values.size() + 1, 0.0), squares_(values.size() + 1, 0.0) {
    // Squares of what is left of the first value: the values may be large beside their differences.
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = values[i] - values[0];
      sum_[i + 1] = sum_[i] + value;
      squares_[i + 1] = squares_[i] + value * value;
    }
  }

  double mean(std::size_t begin, std::size_t end) const {
    return (sum_[end] - sum_[begin]) / static_cast<double>(end - begin);
  }
  double squares_around_mean(std::size_t begin, std::size_t end) const {
    const double middle = mean(begin, end);
    return std::max(0.0, squares_[end] - squares_[begin] - middle * middle * static_cast<double>(end - begin));
  }

 private:
  std::vector<double> sum_;
  std::vector<double> squares_;
};

ChangePoint split_at(const Sums& sums, std::size_t begin, std::size_t at, std::size_t end) {
  const auto before = static_cast<double>(at - begin);
  const auto behind = static_cast<double>(end - at);
  const Scatter scatter =
      moderated_scatter(sums.squares_around_mean(begin, at) + sums.squares_around_mean(at, end), before + behind - 2.0);
  const double difference = sums.mean(at, end) - sums.mean(begin, at);
  const double error = scatter.standard_deviation * std::sqrt(1.0 / before + 1.0 / behind);
  const double p_value = student_t_two_sided_p_value(difference / error, scatter.degrees_of_freedom);
  return {at, difference, std::min(1.0, p_value * (before + behind - 1.0))};
}

/// The index between `begin` and `end` at which Student's t is largest: where least is left within the two parts, since
/// all positions share the degrees of freedom.
std::size_t best_split(const Sums& sums, std::size_t begin, std::size_t end) {
  const auto left_within = [&](std::size_t at) {
    return sums.squares_around_mean(begin, at) + sums.squares_around_mean(at, end);
  };
  std::size_t best = begin + 1;
  for (std::size_t at = begin + 2; at < end; ++at) {
    if (left_within(at) < left_within(best)) best = at;
  }
  return best;
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values, double level, double least) {
  std::vector<ChangePoint> found;
  if (values.size() < 2) return found;
  const Sums sums(values);
  std::vector<std::pair<std::size_t, std::size_t>> parts{{0, values.size()}};
  while (!parts.empty()) {
    const auto [begin, end] = parts.back();
    parts.pop_back();
    if (end - begin < 2) continue;
    const ChangePoint split = split_at(sums, begin, best_split(sums, begin, end), end);
    if (!(split.p_value < level) || std::abs(split.difference) < least) continue;
    found.push_back(split);
    parts.emplace_back(begin, split.at);
    parts.emplace_back(split.at, end);
  }
  std::sort(found.begin(), found.end(), [](const ChangePoint& a, const ChangePoint& b) { return a.at < b.at; });
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : found[i - 1].at;
    const std::size_t end = i + 1 == found.size() ? values.size() : found[i + 1].at;
    found[i].difference = sums.mean(found[i].at, end) - sums.mean(begin, found[i].at);
  }
  return found;
}

}  // namespace scalemark::analysis
