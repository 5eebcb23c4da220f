#include "analysis/lost_speedup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/breakdown.h"
#include "analysis/pairing.h"
#include "analysis/ranks/rank_times.h"
#include "analysis/ranks/step_points.h"
#include "core/quantity_text.h"
#include "core/share_of_mean.h"

namespace scalemark::analysis {
namespace {

using Rounds = std::vector<double>;  // [repetition]

constexpr std::array<LossCause, 4> kMeasuredByArms{LossCause::kCommunication, LossCause::kSlowedBackward,
                                                   LossCause::kInput, LossCause::kWaiting};

const MeasuredCase* case_named(const std::string& name, std::span<const MeasuredCase> cases) {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& one) { return one.key.name == name; });
  return found == cases.end() ? nullptr : &*found;
}

/// The baseline's ranks at the batch per rank of `one`: what the smaller batch alone costs. Best in the baseline's job.
const MeasuredCase* reference_for(const MeasuredCase& one, const MeasuredCase& base,
                                  std::span<const MeasuredCase> cases) {
  const MeasuredCase* best = nullptr;
  for (const auto& candidate : cases) {
    if (!candidate.ok() || candidate.full_seconds.empty() || scale_of(candidate.key) != scale_of(base.key)) continue;
    if (batch_per_device(candidate.key) != batch_per_device(one.key) || candidate.signature != base.signature) continue;
    const auto likeness = [&](const MeasuredCase& each) {
      return 2 * (each.file_index == base.file_index) + (each.row.mode == base.row.mode);
    };
    if (!best || likeness(candidate) > likeness(*best)) best = &candidate;
  }
  return best;
}

Rounds difference(const Rounds& minuend, const Rounds& subtrahend, double factor = 1.0) {
  Rounds result(std::min(minuend.size(), subtrahend.size()));
  for (std::size_t round = 0; round < result.size(); ++round) {
    result[round] = minuend[round] - factor * subtrahend[round];
  }
  return result;
}

Rounds scaled_by(Rounds seconds, double factor) {
  for (double& value : seconds) value *= factor;
  return seconds;
}

const char* arm_behind(LossCause cause) { return cause == LossCause::kInput ? "cached_input" : "no_sync"; }

/// How much later backward ends beside the reduction than without it; empty where its end was not recorded.
Rounds slowed_backward(const MeasuredCase& one) {
  if (one.key.ranks == 1) return Rounds(one.full_seconds.size(), 0.0);
  return difference(backward_end_seconds(*one.record, "full"), backward_end_seconds(*one.record, "no_sync"));
}

/// Seconds of a step that a case spends on `cause`, what slows backward down in with communication; nullopt without
/// the arm that tells.
std::optional<Rounds> cost(const MeasuredCase& one, LossCause cause) {
  if (cause != LossCause::kInput && one.key.ranks == 1) return Rounds(one.full_seconds.size(), 0.0);
  if (cause == LossCause::kWaiting) {
    const auto compute = rank_compute(one);
    return compute ? std::optional(compute->waiting) : std::nullopt;
  }
  const Rounds without = arm_seconds(*one.record, arm_behind(cause));
  return without.empty() ? std::nullopt : std::optional(difference(one.full_seconds, without));
}

/// Whether leaving something out made the step longer: no cost, and no gain, but two arms that cannot be compared.
bool arms_contradict(const MeasuredCase& one, LossCause cause) {
  if (cause == LossCause::kWaiting) return false;
  const auto arm_cost = cause == LossCause::kInput ? input_cost(one) : exposed_communication(one);
  return arm_cost && arm_cost->contradictory();
}

/// Seconds of a step as a difference: what the case spends, less what the ideal holds of it, which comes from cases
/// that may have been measured at other times.
struct Loss {
  Rounds here;
  Rounds ideal;

  Loss without(const Loss& part) const { return {difference(here, part.here), difference(ideal, part.ideal)}; }
};

/// One case against the ideal, as shares of the measured step: ratios of means over the repetitions.
class Waterfall {
 public:
  Waterfall(const MeasuredCase& one, const MeasuredCase& base, const MeasuredCase* reference, double ideal_step_ratio)
      : one_(one),
        base_(base),
        reference_(reference),
        ratio_(ideal_step_ratio),
        splits_backward_(!slowed_backward(one).empty() && !slowed_backward(before()).empty()),
        paired_(pairing_of(base, one).paired && (!reference || pairing_of(*reference, one).paired)),
        left_{one.full_seconds, scaled_by(base.full_seconds, ratio_)} {}

  bool splits_backward() const { return splits_backward_; }

  std::vector<LossPart> parts() {
    std::vector<LossPart> parts{smaller_batch()};
    for (const LossCause cause : kMeasuredByArms) parts.push_back(from_arms(cause));
    parts.push_back({LossCause::kResidual, kNoInterval, share_of(left_), results::kNotMeasured, ""});
    return parts;
  }

  bool paired() const { return paired_; }

  /// Repetitions behind the intervals, of the side that has fewer.
  std::size_t rounds() const {
    if (paired_) return finite(difference(left_.here, left_.ideal));
    return std::min(finite(left_.here), finite(left_.ideal));
  }

 private:
  static std::size_t finite(const Rounds& seconds) {
    return static_cast<std::size_t>(
        std::count_if(seconds.begin(), seconds.end(), [](double value) { return std::isfinite(value); }));
  }

  Interval share_of(const Loss& loss) const {
    return paired_ ? interval_of_share(difference(loss.here, loss.ideal), one_.full_seconds)
                   : interval_of_share_independent(loss.here, loss.ideal, one_.full_seconds);
  }

  LossPart known(LossCause cause, const Loss& loss) {
    const Interval share = share_of(loss);
    if (!std::isfinite(share.estimate)) return unknown(cause, "no repetition holds every sample that it needs");
    left_ = left_.without(loss);
    return {cause, kNoInterval, share, results::kNotMeasured, ""};
  }

  static LossPart unknown(LossCause cause, const std::string& reason) {
    LossPart part;
    part.cause = cause;
    part.unknown = reason;
    return part;
  }

  LossPart smaller_batch() {
    if (reference_) {
      return known(LossCause::kSmallerBatch,
                   {Rounds(one_.full_seconds.size(), 0.0),
                    difference(scaled_by(base_.full_seconds, ratio_), reference_->full_seconds)});
    }
    return unknown(LossCause::kSmallerBatch,
                   fmt::format("{} {} not measured at batch {} per rank",
                               counted(static_cast<std::size_t>(base_.key.ranks), "rank"),
                               base_.key.ranks == 1 ? "was" : "were", one_.key.batch_per_rank));
  }

  /// What the ideal holds of a cause is its cost there: in the reference, or scaled in the baseline.
  const MeasuredCase& before() const { return reference_ ? *reference_ : base_; }

  LossPart from_arms(LossCause cause) {
    const auto here = cost_of_part(one_, cause);
    const auto there = cost_of_part(before(), cause);
    if (!here || !there) return unknown(cause, why_unknown(cause, here ? before() : one_));
    for (const MeasuredCase* measured : {&one_, &before()}) {
      if (!arms_contradict(*measured, cause)) continue;
      return unknown(cause, fmt::format("{} takes longer in the arm {} than in full, where nothing is left out",
                                        measured->key.name, arm_behind(cause)));
    }
    return known(cause, {*here, scaled_by(*there, reference_ ? 1.0 : ratio_)});
  }

  /// Splits full - no_sync where both sides tell when backward ended.
  std::optional<Rounds> cost_of_part(const MeasuredCase& one, LossCause cause) const {
    if (cause == LossCause::kSlowedBackward) {
      return splits_backward_ ? std::optional(slowed_backward(one)) : std::nullopt;
    }
    auto seconds = cost(one, cause);
    if (seconds && cause == LossCause::kCommunication && splits_backward_) {
      seconds = difference(*seconds, slowed_backward(one));
    }
    return seconds;
  }

  std::string why_unknown(LossCause cause, const MeasuredCase& one) const {
    if (cause == LossCause::kSlowedBackward)
      return "exposed communication holds it: the end of backward was not recorded";
    return fmt::format("{} has no arm {}", one.key.name, arm_behind(cause));
  }

  const MeasuredCase& one_;
  const MeasuredCase& base_;
  const MeasuredCase* reference_;
  double ratio_;
  bool splits_backward_;
  bool paired_;
  Loss left_;  ///< what no part explains so far
};

/// Makes the parts sum to ideal - measured. They do already where every part has every repetition; where one lacks
/// some, the residual takes the difference.
void finish(LostSpeedup& lost) {
  double lost_share = 1.0 - lost.measured.estimate / lost.ideal;
  for (auto& part : lost.parts) {
    if (part.cause == LossCause::kResidual) {
      const double shift = lost_share - part.share.estimate;
      part.share = {lost_share, part.share.low + shift, part.share.high + shift};
    } else if (std::isfinite(part.share.estimate)) {
      lost_share -= part.share.estimate;
    }
    part.speedup = scaled(part.share, lost.ideal);
    part.seconds = part.share.estimate * lost.step_seconds;
  }
}

LostSpeedup lost_speedup(ScalingKind kind, const ScalingRow& row, const MeasuredCase& one, const MeasuredCase& base,
                         std::span<const MeasuredCase> cases) {
  LostSpeedup lost;
  lost.key = row.key;
  lost.kind = kind;
  lost.baseline = row.baseline;
  lost.baseline_ranks = row.baseline_ranks;
  lost.ideal = static_cast<double>(one.key.ranks) / base.key.ranks;
  lost.measured = row.speedup;
  lost.step_seconds = row.seconds.estimate;
  const bool weak = kind == ScalingKind::kFixedWorkPerRank;
  const MeasuredCase* reference = weak ? &base : reference_for(one, base, cases);
  if (reference) lost.reference = reference->key.name;
  Waterfall waterfall(one, base, reference, weak ? 1.0 : 1.0 / lost.ideal);
  lost.parts = waterfall.parts();
  lost.rounds = waterfall.rounds();
  lost.splits_backward = waterfall.splits_backward();
  lost.splits_waiting = steps_without_waits(*one.record, "no_sync").has_value();
  lost.paired = waterfall.paired();
  finish(lost);
  return lost;
}

}  // namespace

LossNames names_of(LossCause cause) {
  switch (cause) {
    case LossCause::kSmallerBatch:
      return {"smaller batch per rank", "smaller batch", "smaller_batch"};
    case LossCause::kCommunication:
      return {"exposed communication", "communication", "exposed_comm"};
    case LossCause::kSlowedBackward:
      return {"backward slowed by the reduction", "slowed backward", "slowed_backward"};
    case LossCause::kInput:
      return {"input", "input", "input"};
    case LossCause::kWaiting:
      return {"waiting for the slowest rank", "waiting", "waiting"};
    case LossCause::kResidual:
      break;
  }
  return {"residual", "residual", "residual"};
}

std::vector<LostSpeedup> lost_speedups(ScalingKind kind, std::span<const ScalingRow> rows,
                                       std::span<const MeasuredCase> cases) {
  std::vector<LostSpeedup> all;
  for (const auto& row : rows) {
    if (row.is_baseline || !std::isfinite(row.speedup.estimate)) continue;
    const MeasuredCase* one = case_named(row.key.name, cases);
    const MeasuredCase* base = case_named(row.baseline, cases);
    // The devices of data_parallel have no arms that would tell their causes apart.
    const auto counts_ranks = [](const MeasuredCase& each) { return scale_of(each.key) == each.key.ranks; };
    if (!one || !base || !counts_ranks(*one) || !counts_ranks(*base)) continue;
    if (one->key.ranks > base->key.ranks) all.push_back(lost_speedup(kind, row, *one, *base, cases));
  }
  return all;
}

}  // namespace scalemark::analysis
