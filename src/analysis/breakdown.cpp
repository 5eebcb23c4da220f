#include "analysis/breakdown.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/share_of_mean.h"

namespace scalemark::analysis {
namespace {

constexpr double kLeastContradiction = 0.01;

std::optional<ArmCost> cost_over(const MeasuredCase& one, const std::string& arm) {
  const std::vector<double> without = arm_seconds(*one.record, arm);
  if (!one.ok() || one.full_seconds.empty() || without.empty()) return std::nullopt;
  std::vector<double> costs;
  for (std::size_t round = 0; round < std::min(one.full_seconds.size(), without.size()); ++round)
    costs.push_back(one.full_seconds[round] - without[round]);
  // The rest of the same repetitions, so that full = cost + rest in what is shown.
  const double share = interval_of_share(costs, one.full_seconds).estimate;
  const double rest = interval_of_difference(one.full_seconds, costs).estimate;
  return ArmCost{one.key, interval_of_mean(costs), share, rest};
}

/// Whether the phases hold exactly one sample per sample of the step clock.
bool shapes_agree(const results::CaseRecord& record, const results::StepSamples& clock) {
  if (record.phase_names.empty() || record.phase_names.size() != record.phase_seconds.size()) return false;
  for (const auto& phase : record.phase_seconds) {
    if (phase.seconds.size() != clock.seconds.size()) return false;
  }
  return !clock.seconds.empty();
}

}  // namespace

bool ArmCost::contradictory() const { return seconds.high < 0.0 && share < -kLeastContradiction; }

std::optional<PhaseBreakdown> phase_breakdown(const MeasuredCase& one) {
  const results::CaseRecord& record = *one.record;
  const auto pass = record.arms.find("phases");
  if (!one.ok() || pass == record.arms.end() || !shapes_agree(record, pass->second)) return std::nullopt;
  const std::vector<double>& clock = pass->second.seconds;
  PhaseBreakdown result{one.key, record.phase_names, std::vector<double>(record.phase_names.size(), 0.0), 0.0, 0.0};
  double samples = 0.0;
  for (std::size_t i = 0; i < clock.size(); ++i) {
    double covered = 0.0;
    for (const auto& phase : record.phase_seconds) covered += phase.seconds[i];
    if (!std::isfinite(covered + clock[i])) continue;
    for (std::size_t phase = 0; phase < result.seconds.size(); ++phase) {
      result.seconds[phase] += record.phase_seconds[phase].seconds[i];
    }
    result.step_seconds += clock[i];
    samples += 1.0;
  }
  if (samples == 0.0) return std::nullopt;
  for (double& seconds : result.seconds) seconds /= samples;
  result.step_seconds /= samples;
  result.gap_seconds = result.step_seconds - std::accumulate(result.seconds.begin(), result.seconds.end(), 0.0);
  return result;
}

std::vector<std::string> phase_names(const std::vector<PhaseBreakdown>& phases) {
  std::vector<std::string> names;
  for (const auto& one : phases) {
    for (const auto& name : one.names) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::optional<ArmCost> exposed_communication(const MeasuredCase& one) { return cost_over(one, "no_sync"); }

std::optional<ArmCost> input_cost(const MeasuredCase& one) { return cost_over(one, "cached_input"); }

std::optional<Communication> communication(const MeasuredCase& one) {
  const std::vector<double> repetitions = arm_seconds(*one.record, "comm_only");
  if (!one.ok() || repetitions.empty() || one.key.ranks < 1) return std::nullopt;
  const auto& buckets = one.record->bucket_bytes;
  const auto bytes = std::accumulate(buckets.begin(), buckets.end(), std::int64_t{0});
  Communication result{one.key, interval_of_mean(repetitions), bytes, static_cast<std::int64_t>(buckets.size())};
  result.launch = one.record->execution.comm_launch;
  result.choices = one.record->execution.nccl_choices;
  if (bytes == 0) return result;
  result.algorithm_bandwidth = static_cast<double>(bytes) / result.seconds.estimate;
  if (one.key.ranks > 1) result.bus_bandwidth = result.algorithm_bandwidth * 2.0 * (one.key.ranks - 1) / one.key.ranks;
  return result;
}

std::optional<MemoryUse> memory_use(const MeasuredCase& one) {
  MemoryUse use{one.key};
  for (const auto& rank : one.record->rank_rows) {
    if (std::isnan(rank.peak_memory_bytes)) continue;
    if (std::isnan(use.highest_bytes) || rank.peak_memory_bytes > use.highest_bytes) {
      use.highest_bytes = rank.peak_memory_bytes;
      use.highest_rank = rank.rank;
    }
    use.lowest_bytes = std::fmin(use.lowest_bytes, rank.peak_memory_bytes);
  }
  if (std::isnan(use.highest_bytes)) return std::nullopt;
  return use;
}

}  // namespace scalemark::analysis
