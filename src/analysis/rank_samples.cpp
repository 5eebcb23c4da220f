#include "analysis/rank_samples.h"

#include <algorithm>
#include <set>

#include "analysis/rank_times.h"
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

}  // namespace

std::vector<RankSamples> rank_samples(const MeasuredCase& one) {
  const auto arm = one.record->arms.find("full");
  if (arm == one.record->arms.end() || arm->second.repetitions() == 0) return {};
  const results::StepSamples& samples = arm->second;
  const auto compute = rank_compute(one);
  const SecondsByRank arrival = first_bucket_seconds(one);
  std::vector<RankSamples> ranks;
  std::vector<std::vector<double>> steps;
  for (std::int64_t rank = 0; rank < samples.ranks; ++rank) {
    steps.push_back(all_steps(samples, rank));
    const auto index = static_cast<std::size_t>(rank);
    ranks.push_back({one.key,
                     static_cast<std::int32_t>(rank),
                     host_of(*one.record, rank),
                     samples.repetitions(),
                     samples.steps,
                     quantile(steps.back(), 0.0),
                     median(steps.back()),
                     quantile(steps.back(), 1.0),
                     compute ? typical_of(compute->typical, index) : results::kNotMeasured,
                     typical_of(arrival, index),
                     {}});
  }
  for (const std::size_t rank : drawn(ranks)) ranks[rank].points = thinned(steps[rank], kMostPointsPerStrip);
  return ranks;
}

}  // namespace scalemark::analysis
