#include "analysis/thinning.h"

#include <algorithm>
#include <cmath>

namespace scalemark::analysis {
namespace {

std::vector<SeriesPoint> measured(std::span<const double> values) {
  std::vector<SeriesPoint> points;
  for (std::size_t index = 0; index < values.size(); ++index) {
    if (std::isfinite(values[index])) points.push_back({index, values[index]});
  }
  return points;
}

}  // namespace

std::vector<SeriesPoint> thinned(std::span<const double> values, std::size_t most) {
  std::vector<SeriesPoint> points = measured(values);
  if (points.size() <= most) return points;
  const std::size_t stretches = std::max<std::size_t>(most / 2, 1);
  std::vector<SeriesPoint> kept;
  for (std::size_t stretch = 0; stretch < stretches; ++stretch) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(stretch * points.size() / stretches);
    const auto end = points.begin() + static_cast<std::ptrdiff_t>((stretch + 1) * points.size() / stretches);
    const auto [lowest, highest] =
        std::minmax_element(begin, end, [](const auto& a, const auto& b) { return a.value < b.value; });
    kept.push_back(std::min(*lowest, *highest, [](const auto& a, const auto& b) { return a.index < b.index; }));
    if (lowest != highest) {
      kept.push_back(std::max(*lowest, *highest, [](const auto& a, const auto& b) { return a.index < b.index; }));
    }
  }
  return kept;
}

}  // namespace scalemark::analysis
