#include "analysis/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace scalemark::analysis {
namespace {

constexpr double kLeastShare = 0.01;
constexpr double kLeastInputShare = 0.05;

/// "38.0 % +- 3.0 of the step".
std::string share_text(const Interval& share) {
  const double half_width = (share.high - share.low) / 2;
  return fmt::format("{:.1f} % \u00b1 {:.1f} of the step", 100 * share.estimate, 100 * half_width);
}

const LossPart* dominant(const LostSpeedup& lost) {
  const LossPart* worst = nullptr;
  for (const auto& part : lost.parts) {
    if (!(part.share.low > 0.0) || !(part.share.estimate >= kLeastShare)) continue;
    if (!worst || part.share.estimate > worst->share.estimate) worst = &part;
  }
  return worst;
}

std::string slow_rank(const CaseKey& key, const std::vector<RankFinding>& findings) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const RankFinding& finding) {
    return finding.key.name == key.name && finding.kind == "slow compute";
  });
  if (found != findings.end()) return fmt::format("look at {}, which is slower than the others", rank_name(*found));
  return "no single rank is slower throughout: look for other load on the hosts and for ranks that share cores";
}

std::string input_remedy(const results::CaseRow& row) {
  return fmt::format("raise loader.workers (now {}) or loader.prefetch, or put the data set on faster storage",
                     row.loader_workers);
}

std::string communication_remedy(const LostSpeedup& lost) {
  return fmt::format(
      "a larger batch per rank (now {}) pays for fewer reductions; hold the bus bandwidth of the "
      "communication table against the link's",
      lost.key.batch_per_rank);
}

std::string unknown_causes(const LostSpeedup& lost) {
  std::vector<std::string> unknown;
  for (const auto& part : lost.parts) {
    if (!part.unknown.empty()) unknown.push_back(fmt::format("{} ({})", names_of(part.cause).title, part.unknown));
  }
  return fmt::format("{}", fmt::join(unknown, " and "));
}

std::string residual_remedy(const LostSpeedup& lost) {
  const std::string unknown = unknown_causes(lost);
  if (!unknown.empty()) return fmt::format("it holds what was not measured: {}", unknown);
  return "compute itself is slower beside other ranks: look at shared memory bandwidth, cores, power and clocks";
}

std::string sentence(const LostSpeedup& lost, const LossPart& part, const results::CaseRow& row,
                     const std::vector<RankFinding>& findings) {
  const std::string share = share_text(part.share);
  switch (part.cause) {
    case LossCause::kSmallerBatch:
      return fmt::format(
          "The smaller batch per rank limits: {}; {} images per rank keep the device less busy, so use fewer ranks for "
          "this global batch, or a larger one.",
          share, lost.key.batch_per_rank);
    case LossCause::kCommunication:
      return fmt::format("Communication that backward does not hide limits: {}; {}.", share,
                         communication_remedy(lost));
    case LossCause::kInput:
      return fmt::format("The input pipeline limits: {}; {}.", share, input_remedy(row));
    case LossCause::kWaiting:
      return fmt::format("Waiting for the slowest rank limits: {}; {}.", share, slow_rank(lost.key, findings));
    case LossCause::kResidual:
      break;
  }
  return fmt::format("No measured cause explains most of the loss: {} are left; {}.", share, residual_remedy(lost));
}

/// Input that the baseline pays as well is no loss of scaling, but it is time all the same.
std::string hidden_input(const LostSpeedup& lost, const std::vector<ArmCost>& input) {
  const auto found =
      std::find_if(input.begin(), input.end(), [&](const ArmCost& one) { return one.key.name == lost.key.name; });
  if (found == input.end() || !(found->seconds.low > 0.0) || !(found->share >= kLeastInputShare)) return "";
  const double more_than_baseline = lost.part(LossCause::kInput).share.estimate;
  if (!(more_than_baseline < found->share / 2)) return "";
  return fmt::format(
      " The input takes {:.1f} % of the step, most of it on the baseline too, which no efficiency shows.",
      100 * found->share);
}

}  // namespace

Advice advice_on(const LostSpeedup& lost, const results::CaseRow& row, const std::vector<RankFinding>& rank_findings,
                 const std::vector<ArmCost>& input) {
  Advice advice{lost.key, lost.kind, "No single loss stands out of the noise."};
  const LossPart* worst = dominant(lost);
  if (worst) advice.text = sentence(lost, *worst, row, rank_findings);
  if (worst == nullptr || worst->cause != LossCause::kInput) advice.text += hidden_input(lost, input);
  return advice;
}

}  // namespace scalemark::analysis
