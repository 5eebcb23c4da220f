#include "prediction/jackknife.h"

#include <cmath>
#include <numeric>

#include "core/nan.h"
#include "core/statistics.h"

namespace scalemark::prediction {

double mean_but_for(std::span<const double> values, LeftOut left_out) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (left_out == i || !std::isfinite(values[i])) continue;
    sum += values[i];
    ++count;
  }
  return count == 0 ? kNaN : sum / count;
}

double jackknife_half_width(std::span<const double> replicates) {
  if (replicates.empty()) return 0;
  const auto count = static_cast<double>(replicates.size());
  if (replicates.size() < 2) return kNaN;
  const double mean = std::accumulate(replicates.begin(), replicates.end(), 0.0) / count;
  double squares = 0;
  for (const double value : replicates) squares += (value - mean) * (value - mean);
  return student_t_quantile(kQuantileOf95, count - 1) * std::sqrt((count - 1) / count * squares);
}

}  // namespace scalemark::prediction
