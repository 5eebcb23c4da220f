#include "analysis/advice/evidence.h"

#include <algorithm>
#include <cmath>

#include "analysis/advice/phase_sums.h"
#include "analysis/breakdown.h"
#include "analysis/device_clocks.h"
#include "analysis/significance.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::StepSamples;

constexpr double kLeastShare = 0.02;  // of a step: what is worth advice

const MeasuredCase* find_case(const std::string& name, std::span<const MeasuredCase> cases) {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& one) { return one.key.name == name; });
  return found == cases.end() ? nullptr : &*found;
}

const StepSamples* arm_of(const results::StepsByArm& arms, const std::string& name) {
  const auto found = arms.find(name);
  return found == arms.end() || found->second.seconds.empty() ? nullptr : &found->second;
}

/// Of the slowest rank of each step: as the full arm recorded it, or load and transfer of the phase pass.
double wait_seconds(const CaseRecord& record) {
  if (const StepSamples* recorded = arm_of(record.input_wait_seconds, "full")) return mean_of_slowest(*recorded);
  return mean_of_slowest(phase_sum(record, {"load", "transfer"}));
}

StepSamples compute_of(const CaseRecord& record) { return phase_sum(record, {"forward", "backward", "optimizer"}); }

/// The most that the reduction alone can take of a step: the arm comm_only, or the reduction of the phase pass on the
/// rank that comes last, since the others wait in theirs.
double reduction_bound(const MeasuredCase& one) {
  if (const auto alone = communication(one)) return std::fmax(alone->seconds.estimate, alone->seconds.high);
  return mean_of_fastest(phase_sum(*one.record, {"reduce"}));
}

double reduction_of(const MeasuredCase& one) { return one.key.ranks == 1 ? 0.0 : reduction_bound(one); }

/// By the step's clock, where the split of it is by the end of backward.
double exposed_seconds(const MeasuredCase& one) {
  if (one.key.ranks == 1) return 0.0;
  const auto exposed = exposed_communication(one);
  return exposed ? exposed->seconds.estimate : results::kNotMeasured;
}

/// The case, and what its parts are held against: the reference, or where there is none the baseline, scaled.
struct Compared {
  const MeasuredCase& one;
  const MeasuredCase& base;
  const MeasuredCase& before;
  double ideal_ratio;   ///< of the ideal step to the baseline's
  double before_ratio;  ///< 1 where `before` is the reference
};

/// What the other measurement says of `cause`, in seconds of a step.
double check_of(LossCause cause, const Compared& compared) {
  const CaseRecord& one = *compared.one.record;
  const CaseRecord& before = *compared.before.record;
  const double ratio = compared.before_ratio;
  switch (cause) {
    case LossCause::kSmallerBatch:
      return mean_of_all(compute_of(before)) - compared.ideal_ratio * mean_of_all(compute_of(*compared.base.record));
    case LossCause::kCommunication:
      return reduction_of(compared.one);
    case LossCause::kSlowedBackward:
      return exposed_seconds(compared.one) - ratio * exposed_seconds(compared.before);
    case LossCause::kInput:
      return wait_seconds(one) - ratio * wait_seconds(before);
    case LossCause::kWaiting:
      return mean_skew(compute_of(one)) - ratio * mean_skew(compute_of(before));
    case LossCause::kResidual:
      break;
  }
  return mean_of_all(compute_of(one)) - ratio * mean_of_all(compute_of(before));
}

CauseEvidence cause_of(const LossPart& part, double step_seconds, const Compared& compared) {
  return {part.cause,
          part.share,
          part.seconds,
          part.share.low * step_seconds,
          check_of(part.cause, compared),
          part.cause == LossCause::kCommunication};
}

std::optional<SlowRank> slow_rank_of(const CaseKey& key, const std::vector<RankFinding>& findings) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const RankFinding& finding) {
    return finding.key.name == key.name && finding.kind == "slow compute";
  });
  if (found == findings.end()) return std::nullopt;
  return SlowRank{found->rank, found->host, found->device_uuid};
}

double over_others(std::vector<double> clocks, std::size_t rank) {
  if (rank >= clocks.size()) return results::kNotMeasured;
  const double own = clocks[rank];
  clocks.erase(clocks.begin() + static_cast<std::ptrdiff_t>(rank));
  return own / median(clocks);
}

ClockEvidence clocks_against(const MeasuredCase& one, const MeasuredCase& before, const std::optional<SlowRank>& slow) {
  const std::vector<double> clocks = device_clocks(*one.record);
  ClockEvidence evidence;
  evidence.over_reference = lowest_device_clock(*one.record) / lowest_device_clock(*before.record);
  if (slow) evidence.over_others = over_others(clocks, static_cast<std::size_t>(slow->rank));
  const auto& machine = one.record->machine;
  for (const auto* fractions : {&machine.power_slowdown_fraction, &machine.thermal_slowdown_fraction}) {
    for (const double fraction : *fractions) {
      evidence.slowdown_fraction = std::fmax(evidence.slowdown_fraction, fraction);
    }
  }
  return evidence;
}

void add_causes(const LostSpeedup& lost, const Compared& compared, Evidence& evidence) {
  for (const auto& part : lost.parts) {
    if (part.unknown.empty()) {
      evidence.causes.push_back(cause_of(part, lost.step_seconds, compared));
    } else if (part.cause != LossCause::kSlowedBackward) {
      evidence.unknown.push_back(part.cause);
    }
  }
}

void add_measured(const MeasuredCase& one, Evidence& evidence) {
  evidence.reduction_seconds = reduction_of(one);
  if (const auto alone = communication(one)) {
    evidence.reduction_seconds = alone->seconds.estimate;
    evidence.bus_bandwidth = alone->bus_bandwidth;
  }
  evidence.backward_seconds = mean_of_all(phase_sum(*one.record, {"backward"}));
  evidence.wait_seconds = wait_seconds(*one.record);
  if (const auto input = input_cost(one)) {
    evidence.input_seconds = input->seconds;
    evidence.input_share = input->share;
  }
}

}  // namespace

bool CauseEvidence::significant() const { return share.low > 0.0 && share.estimate >= kLeastShare; }

bool CauseEvidence::confirmed() const {
  return upper_bound ? low_seconds <= checked_seconds : checked_seconds >= kLeastAgreement * seconds;
}

Evidence evidence_on(const LostSpeedup& lost, std::span<const MeasuredCase> cases,
                     const std::vector<RankFinding>& findings) {
  Evidence evidence;
  evidence.key = lost.key;
  evidence.kind = lost.kind;
  const MeasuredCase* one = find_case(lost.key.name, cases);
  const MeasuredCase* base = find_case(lost.baseline, cases);
  const MeasuredCase* reference = find_case(lost.reference, cases);
  if (!one || !base) return evidence;
  const double ideal = lost.kind == ScalingKind::kFixedWorkPerRank ? 1.0 : 1.0 / lost.ideal;
  const Compared compared{*one, *base, reference ? *reference : *base, ideal, reference ? 1.0 : ideal};
  add_causes(lost, compared, evidence);
  add_measured(*one, evidence);
  evidence.host = host_cores(*one);
  evidence.slow_rank = slow_rank_of(lost.key, findings);
  evidence.clocks = clocks_against(*one, compared.before, evidence.slow_rank);
  return evidence;
}

}  // namespace scalemark::analysis
