#pragma once

#include <cstdint>

namespace scalemark::optim {

/// The one-cycle policy (Smith and Topin 2018) as torch.optim.lr_scheduler.OneCycleLR with its defaults: cosine from
/// max/25 to max over the first 30 % of the steps, then to max/25/1e4. The momentum is not cycled.
/// @param step  in [0, total_steps)
double one_cycle_learning_rate(double max_learning_rate, std::int64_t step, std::int64_t total_steps);

}  // namespace scalemark::optim
