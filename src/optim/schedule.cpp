#include "optim/schedule.h"

#include <cmath>
#include <numbers>

namespace scalemark::optim {
namespace {

constexpr double kRisingShare = 0.3;
constexpr double kStartDivisor = 25;
constexpr double kEndDivisor = 1e4;

double cosine(double start, double end, double progress) {
  return end + (start - end) / 2 * (std::cos(std::numbers::pi * progress) + 1);
}

}  // namespace

double one_cycle_learning_rate(double max_learning_rate, std::int64_t step, std::int64_t total_steps) {
  const double start = max_learning_rate / kStartDivisor;
  // Between two steps where 30 % of the steps is not a whole number, and below 0 with fewer than four steps.
  const double peak = kRisingShare * static_cast<double>(total_steps) - 1;
  const double last = static_cast<double>(total_steps - 1);
  const double position = static_cast<double>(step);
  if (position <= peak) {
    return cosine(start, max_learning_rate, position / peak);
  }
  return cosine(max_learning_rate, start / kEndDivisor, (position - peak) / (last - peak));
}

double warm_up_learning_rate(double learning_rate, std::int64_t step, std::int64_t steps) {
  return learning_rate * static_cast<double>(step + 1) / static_cast<double>(steps);
}

double step_learning_rate(double start_learning_rate, std::int64_t step, std::int64_t total_steps) {
  constexpr std::int64_t kStages = 3;
  const std::int64_t stage_steps = (total_steps + kStages - 1) / kStages;
  return start_learning_rate * std::pow(0.1, static_cast<double>(step / stage_steps));
}

double cosine_learning_rate(double start_learning_rate, std::int64_t step, std::int64_t total_steps) {
  return cosine(start_learning_rate, 0, static_cast<double>(step) / static_cast<double>(total_steps));
}

}  // namespace scalemark::optim
