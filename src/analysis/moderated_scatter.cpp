#include "analysis/moderated_scatter.h"

#include <cmath>

#include "core/statistics.h"

namespace scalemark::analysis {

Scatter moderated_scatter(double sum_of_squares, double degrees_of_freedom) {
  const double all = kUsualCount + degrees_of_freedom;
  const double usual = kUsualCount * kUsualScatter * kUsualScatter;
  return {std::sqrt((usual + sum_of_squares) / all), all};
}

double upper_p_value(double t, double degrees_of_freedom) {
  const double tail = 0.5 * student_t_two_sided_p_value(t, degrees_of_freedom);
  return t >= 0.0 ? tail : 1.0 - tail;
}

}  // namespace scalemark::analysis
