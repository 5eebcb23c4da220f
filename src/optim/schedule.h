#pragma once

#include <cstdint>

namespace scalemark::optim {

/// The one-cycle policy (Smith and Topin 2018) as torch.optim.lr_scheduler.OneCycleLR with its defaults: cosine from
/// max/25 to max over the first 30 % of the steps, then to max/25/1e4. The momentum is not cycled.
/// @param step  in [0, total_steps)
double one_cycle_learning_rate(double max_learning_rate, std::int64_t step, std::int64_t total_steps);

/// Divided by 10 after each third of the steps: torch.optim.lr_scheduler.StepLR with gamma 0.1 and step_size
/// ceil(total_steps / 3).
double step_learning_rate(double start_learning_rate, std::int64_t step, std::int64_t total_steps);

/// Half a cosine from the start to 0 (Loshchilov and Hutter 2017), as torch.optim.lr_scheduler.CosineAnnealingLR with
/// T_max = total_steps: 0 would be reached one step after the last.
double cosine_learning_rate(double start_learning_rate, std::int64_t step, std::int64_t total_steps);

/// Gradual warm-up (Goyal et al. 2017, section 2.2): the rate rises in equal steps, and the last of `steps` has all of
/// it: torch.optim.lr_scheduler.LinearLR with start_factor 1 / steps and total_iters steps - 1.
/// @param step  in [0, steps)
double warm_up_learning_rate(double learning_rate, std::int64_t step, std::int64_t steps);

}  // namespace scalemark::optim
