#include "analysis/ranks/rank_times.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "analysis/ranks/step_points.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::StepSamples;

/// Adds `other` where both hold the same repetitions and ranks.
void add(SecondsByRank& sum, const SecondsByRank& other) {
  for (std::size_t repetition = 0; repetition < std::min(sum.size(), other.size()); ++repetition) {
    const std::size_t ranks = std::min(sum[repetition].size(), other[repetition].size());
    for (std::size_t rank = 0; rank < ranks; ++rank) sum[repetition][rank] += other[repetition][rank];
  }
}

using Statistic = double (*)(const std::vector<double>&);

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(const std::vector<double>& values) { return median(values); }

/// `statistic` over the steps of each rank.
SecondsByRank by_rank(const StepSamples& samples, Statistic statistic) {
  SecondsByRank all;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition) {
    all.emplace_back();
    for (std::int64_t rank = 0; rank < samples.ranks; ++rank)
      all.back().push_back(statistic(steps_of(samples, repetition, rank)));
  }
  return all;
}

SecondsByRank phase_by_rank(const CaseRecord& record, const std::string& phase, Statistic statistic) {
  const auto found = std::find(record.phase_names.begin(), record.phase_names.end(), phase);
  const auto index = static_cast<std::size_t>(found - record.phase_names.begin());
  return index < record.phase_seconds.size() ? by_rank(record.phase_seconds[index], statistic) : SecondsByRank{};
}

SecondsByRank no_input(const StepSamples& like) {
  const std::vector<double> ranks(static_cast<std::size_t>(like.ranks), 0.0);
  return SecondsByRank(static_cast<std::size_t>(like.repetitions()), ranks);
}

/// Load and transfer of the phase pass; zeros where it was not recorded.
SecondsByRank input_by_rank(const CaseRecord& record, const StepSamples& like, Statistic statistic) {
  SecondsByRank input = no_input(like);
  for (const char* phase : {"load", "transfer"}) add(input, phase_by_rank(record, phase, statistic));
  return input;
}

SecondsByRank without(SecondsByRank seconds, const SecondsByRank& input) {
  for (std::size_t repetition = 0; repetition < seconds.size(); ++repetition) {
    for (std::size_t rank = 0; rank < input[repetition].size(); ++rank)
      seconds[repetition][rank] -= input[repetition][rank];
  }
  return seconds;
}

/// The mean over the steps of the slowest rank, each rank's input left out.
double slowest_step(const StepSamples& samples, std::int64_t repetition, const std::vector<double>& input) {
  std::vector<double> slowest(static_cast<std::size_t>(samples.steps), -std::numeric_limits<double>::infinity());
  for (std::int64_t rank = 0; rank < samples.ranks; ++rank) {
    const auto steps = steps_of(samples, repetition, rank);
    for (std::size_t step = 0; step < steps.size(); ++step) {
      slowest[step] = std::max(slowest[step], steps[step] - input[static_cast<std::size_t>(rank)]);
    }
  }
  return mean_of(slowest);
}

/// The rank that is the fastest throughout, by its median over the repetitions.
std::size_t fastest_of(const SecondsByRank& seconds) {
  std::size_t fastest = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t rank = 0; rank < seconds.front().size(); ++rank) {
    const double typical = median(series_of_rank(seconds, rank));
    if (!(typical < least)) continue;
    least = typical;
    fastest = rank;
  }
  return fastest;
}

std::vector<double> waiting_of(const StepSamples& samples, const SecondsByRank& input) {
  const SecondsByRank compute = without(by_rank(samples, mean_of), input);
  const std::size_t fastest = fastest_of(compute);
  std::vector<double> waiting;
  for (std::size_t repetition = 0; repetition < compute.size(); ++repetition) {
    const double slowest = slowest_step(samples, static_cast<std::int64_t>(repetition), input[repetition]);
    waiting.push_back(slowest - compute[repetition][fastest]);
  }
  return waiting;
}

}  // namespace

std::vector<double> steps_of(const StepSamples& samples, std::int64_t repetition, std::int64_t rank) {
  std::vector<double> steps;
  for (std::int64_t step = 0; step < samples.steps; ++step) {
    const std::int64_t index = (repetition * samples.steps + step) * samples.ranks + rank;
    steps.push_back(samples.seconds[static_cast<std::size_t>(index)]);
  }
  return steps;
}

SecondsByRank typical_seconds(const StepSamples& samples) { return by_rank(samples, median_of); }

SecondsByRank phase_by_rank(const CaseRecord& record, const std::string& phase) {
  return phase_by_rank(record, phase, median_of);
}

std::vector<double> series_of_rank(const SecondsByRank& seconds, std::size_t rank) {
  std::vector<double> series;
  series.reserve(seconds.size());
  for (const auto& repetition : seconds) series.push_back(repetition[rank]);
  return series;
}

std::vector<double> median_of_others(const SecondsByRank& seconds, std::size_t rank) {
  std::vector<double> series;
  for (auto repetition : seconds) {
    repetition.erase(repetition.begin() + static_cast<std::ptrdiff_t>(rank));
    series.push_back(median(repetition));
  }
  return series;
}

std::optional<RankCompute> rank_compute(const MeasuredCase& one) {
  const auto arm = one.record->arms.find("no_sync");
  if (!one.ok() || arm == one.record->arms.end()) return std::nullopt;
  if (arm->second.ranks < 2 || arm->second.repetitions() == 0) return std::nullopt;
  if (const auto without_waits = steps_without_waits(*one.record, "no_sync"))
    return RankCompute{typical_seconds(*without_waits), waiting_of(*without_waits, no_input(*without_waits))};
  const StepSamples& samples = arm->second;
  const auto input_by = [&](Statistic statistic) { return input_by_rank(*one.record, samples, statistic); };
  return RankCompute{without(by_rank(samples, median_of), input_by(median_of)), waiting_of(samples, input_by(mean_of))};
}

SecondsByRank first_bucket_seconds(const MeasuredCase& one) {
  const CaseRecord& record = *one.record;
  if (!one.ok() || record.bucket_ready_seconds.empty()) return {};
  SecondsByRank arrival = typical_seconds(record.bucket_ready_seconds.front());
  for (const char* phase : {"load", "transfer", "forward"}) add(arrival, phase_by_rank(record, phase));
  return arrival;
}

}  // namespace scalemark::analysis
