#include "analysis/advice/advice.h"

#include <algorithm>
#include <utility>

#include "analysis/significance.h"

namespace scalemark::analysis {
namespace {

constexpr double kLeastInputShare = 0.05;
constexpr double kLoweredClock = 0.98;

using Causes = std::vector<CauseEvidence>;

const CauseEvidence* largest(const Causes& causes) {
  const auto by_share = [](const auto& a, const auto& b) { return a.share.estimate < b.share.estimate; };
  const auto found = std::max_element(causes.begin(), causes.end(), by_share);
  return found == causes.end() ? nullptr : &*found;
}

const CauseEvidence* with_cause(const Causes& causes, LossCause cause) {
  const auto found = std::find_if(causes.begin(), causes.end(), [&](const auto& one) { return one.cause == cause; });
  return found == causes.end() ? nullptr : &*found;
}

Causes significant(const Evidence& evidence, bool confirmed) {
  Causes found;
  for (const auto& cause : evidence.causes) {
    if (cause.significant() && cause.confirmed() == confirmed) found.push_back(cause);
  }
  return found;
}

bool runs_at_lower_clocks(const Evidence& evidence) {
  const auto& clocks = evidence.clocks;
  return clocks.slowdown_fraction > 0.0 && clocks.over_reference < kLoweredClock;
}

Limit limit_of_waiting(const Evidence& evidence) {
  if (evidence.slow_rank) {
    return evidence.clocks.over_others < kLoweredClock ? Limit::kLoweredClocks : Limit::kSlowRank;
  }
  return evidence.host.threads_exceed() ? Limit::kCores : Limit::kUnevenRanks;
}

Limit limit_of_compute(const Evidence& evidence) {
  const HostCores& host = evidence.host;
  if (host.compute_exceeds()) return Limit::kCores;
  if (runs_at_lower_clocks(evidence)) return Limit::kLoweredClocks;
  return host.ranks > 1 && !host.on_gpu ? Limit::kCrowdedHost : Limit::kSlowerCompute;
}

Limit limit_of(LossCause cause, const Evidence& evidence) {
  switch (cause) {
    case LossCause::kSmallerBatch:
      return Limit::kSmallerBatch;
    case LossCause::kCommunication:
      return evidence.reduction_seconds > evidence.backward_seconds ? Limit::kLongReduction : Limit::kReductionTail;
    case LossCause::kSlowedBackward:
      return evidence.host.compute_exceeds() ? Limit::kCores : Limit::kContention;
    case LossCause::kInput:
      return evidence.host.threads_exceed() ? Limit::kInputOnFullCores : Limit::kInput;
    case LossCause::kWaiting:
      return limit_of_waiting(evidence);
    case LossCause::kResidual:
      break;
  }
  return limit_of_compute(evidence);
}

/// Input that costs a step on a host without free cores, though no rank waits for it: loader threads compute in the
/// place of the ranks.
const CauseEvidence* loaders_in_the_way(const Evidence& evidence, const Causes& doubtful) {
  return evidence.host.threads_exceed() ? with_cause(doubtful, LossCause::kInput) : nullptr;
}

/// Exposed communication beyond what the reduction takes alone: it is not the network that takes it.
const CauseEvidence* beyond_the_reduction(const Causes& doubtful) {
  const CauseEvidence* found = with_cause(doubtful, LossCause::kCommunication);
  return found && found->low_seconds > found->checked_seconds ? found : nullptr;
}

/// Input that the baseline pays as well is no loss of scaling, but it is time all the same.
bool input_on_baseline_too(const Evidence& evidence) {
  const Interval& input = evidence.input_seconds;
  if (!(input.low > 0.0) || !(evidence.input_share >= kLeastInputShare)) return false;
  if (!(evidence.wait_seconds >= kLeastAgreement * input.estimate)) return false;
  const CauseEvidence* more = with_cause(evidence.causes, LossCause::kInput);
  return more && more->share.estimate < evidence.input_share / 2;
}

struct Choice {
  Limit limit = Limit::kNone;
  const CauseEvidence* cause = nullptr;
};

bool exceeds(const CauseEvidence* one, const CauseEvidence* other) {
  return one && (!other || one->share.estimate > other->share.estimate);
}

Choice choose(const Evidence& evidence, const Causes& confirmed, const Causes& doubtful) {
  const CauseEvidence* worst = largest(confirmed);
  Choice choice;
  if (worst) choice = {limit_of(worst->cause, evidence), worst};
  if (const auto* loaders = loaders_in_the_way(evidence, doubtful); exceeds(loaders, choice.cause)) {
    choice = {Limit::kCores, loaders};
  }
  if (const auto* beside = beyond_the_reduction(doubtful); exceeds(beside, choice.cause)) {
    choice = {evidence.host.compute_exceeds() ? Limit::kCores : Limit::kContention, beside};
  }
  if (evidence.host.others_take_cores() && (!choice.cause || evidence.host.other_load > choice.cause->share.estimate)) {
    return {Limit::kOtherLoad, choice.cause};
  }
  if (!choice.cause && !evidence.unknown.empty()) {
    const CauseEvidence* rest = with_cause(doubtful, LossCause::kResidual);
    if (rest) choice = {Limit::kNotMeasured, rest};
  }
  return choice;
}

}  // namespace

Advice advice_on(Evidence evidence) {
  const Causes confirmed = significant(evidence, true);
  Causes doubtful = significant(evidence, false);
  const Choice choice = choose(evidence, confirmed, doubtful);
  Advice advice{evidence.key, evidence.kind, choice.limit, std::nullopt, {}, false, {}};
  if (choice.cause) advice.cause = *choice.cause;
  std::erase_if(doubtful, [&](const auto& one) { return advice.cause && one.cause == advice.cause->cause; });
  advice.doubtful = std::move(doubtful);
  advice.input_on_baseline_too =
      input_on_baseline_too(evidence) && !(advice.cause && advice.cause->cause == LossCause::kInput);
  advice.evidence = std::move(evidence);
  return advice;
}

}  // namespace scalemark::analysis
