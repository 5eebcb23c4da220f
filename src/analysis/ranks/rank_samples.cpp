#include "analysis/ranks/rank_samples.h"

#include <algorithm>
#include <set>

#include "analysis/ranks/rank_times.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

std::vector<double> all_steps(const results::StepSamples& samples, std::int64_t rank) {
  std::vector<double> all;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition) {
    const auto steps = steps_of(samples, repetition, rank);
    all.insert(all.end(), steps.begin(), steps.end());
  }
  return all;
}

double typical_of(const SecondsByRank& seconds, std::size_t rank) {
  if (seconds.empty() || seconds.front().size() <= rank) return results::kNotMeasured;
  return median(series_of_rank(seconds, rank));
}

std::string host_of(const results::CaseRecord& record, std::int64_t rank) {
  const auto found =
      std::find_if(record.rank_rows.begin(), record.rank_rows.end(), [&](const auto& row) { return row.rank == rank; });
  return found == record.rank_rows.end() ? "" : found->host;
}

/// Which ranks are drawn: all of up to 16.
std::set<std::size_t> drawn(const std::vector<RankSamples>& ranks) {
  std::set<std::size_t> chosen;
  const auto by_median = [](const auto& a, const auto& b) { return a.median_seconds < b.median_seconds; };
  const auto [fastest, slowest] = std::minmax_element(ranks.begin(), ranks.end(), by_median);
  chosen.insert(static_cast<std::size_t>(fastest - ranks.begin()));
  chosen.insert(static_cast<std::size_t>(slowest - ranks.begin()));
  const std::size_t wanted = std::min(kMostStripsPerCase, ranks.size());
  for (std::size_t i = 0; i < ranks.size() && chosen.size() < wanted; ++i) {
    chosen.insert(i * ranks.size() / wanted % ranks.size());
  }
  return chosen;
}

RankSamples samples_of(const MeasuredCase& one, const results::StepSamples& samples, std::int64_t rank,
                       const std::vector<double>& steps) {
  RankSamples result;
  result.key = one.key;
  result.rank = static_cast<std::int32_t>(rank);
  result.host = host_of(*one.record, rank);
  result.repetitions = samples.repetitions();
  result.steps = samples.steps;
  result.lowest_seconds = quantile(steps, 0.0);
  result.median_seconds = median(steps);
  result.highest_seconds = quantile(steps, 1.0);
  return result;
}

}  // namespace

std::vector<RankSamples> rank_samples(const MeasuredCase& one) {
  const auto arm = one.record->arms.find("full");
  if (arm == one.record->arms.end() || arm->second.repetitions() == 0) return {};
  const auto compute = rank_compute(one);
  const SecondsByRank arrival = first_bucket_seconds(one);
  std::vector<RankSamples> ranks;
  std::vector<std::vector<double>> steps;
  for (std::int64_t rank = 0; rank < arm->second.ranks; ++rank) {
    const auto index = static_cast<std::size_t>(rank);
    steps.push_back(all_steps(arm->second, rank));
    ranks.push_back(samples_of(one, arm->second, rank, steps.back()));
    if (compute) ranks.back().compute_seconds = typical_of(compute->typical, index);
    ranks.back().first_bucket_seconds = typical_of(arrival, index);
  }
  for (const std::size_t rank : drawn(ranks)) ranks[rank].points = thinned(steps[rank], kMostPointsPerStrip);
  return ranks;
}

}  // namespace scalemark::analysis
