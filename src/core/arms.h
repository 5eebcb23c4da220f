#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace scalemark {

/// A way of running the steps of a case. What it lacks of the training step costs what it is faster by.
enum class Arm { kFull, kNoSync, kCommOnly, kCachedInput, kBare };

/// What an arm does of the training step.
struct ArmSteps {
  Arm arm;
  std::string_view name;  ///< in configs and result files
  bool loads;             ///< takes a new batch for each step; else all steps train on one that is on the device
  bool computes;          ///< forward, backward and the parameters' update; else the buckets are reduced alone
  bool reduces;           ///< averages gradients over ranks; else each rank's buckets are filled alone

  /// Whether it tells anything. On one rank there is nothing to reduce: an arm without compute is empty, and one that
  /// lacks the reduction alone is `full` again.
  constexpr bool runs_on(int ranks) const { return ranks > 1 || (computes && (reduces || !loads)); }
};

/// Every arm, in the order in which they are listed.
inline constexpr std::array kArms{
    ArmSteps{.arm = Arm::kFull, .name = "full", .loads = true, .computes = true, .reduces = true},
    ArmSteps{.arm = Arm::kNoSync, .name = "no_sync", .loads = true, .computes = true, .reduces = false},
    ArmSteps{.arm = Arm::kCommOnly, .name = "comm_only", .loads = false, .computes = false, .reduces = true},
    ArmSteps{.arm = Arm::kCachedInput, .name = "cached_input", .loads = false, .computes = true, .reduces = true},
    ArmSteps{.arm = Arm::kBare, .name = "bare", .loads = false, .computes = true, .reduces = false},
};

constexpr const ArmSteps& steps_of(Arm arm) { return kArms.at(static_cast<std::size_t>(arm)); }

static_assert([] {
  for (const ArmSteps& one : kArms) {
    if (steps_of(one.arm).name != one.name) return false;
  }
  return true;
}());

}  // namespace scalemark
