#include "results/loss_verdict.h"

#include <fmt/format.h>

#include <cmath>

namespace scalemark::results {

std::optional<std::string> invalid_losses(const std::vector<double>& loss, const std::vector<double>& skipped) {
  for (std::size_t step = 0; step < loss.size(); ++step) {
    const bool left_out = step < skipped.size() && skipped[step] != 0;
    const bool last = step + 1 == loss.size();
    if (std::isfinite(loss[step]) || (left_out && !last)) continue;
    return fmt::format("the loss is not finite at step {}", step);
  }
  return std::nullopt;
}

}  // namespace scalemark::results
