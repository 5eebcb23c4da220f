#include "analysis/rank_times.h"

#include <algorithm>
#include <limits>

#include "analysis/step_points.h"
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

SecondsByRank no_input(const StepSamples& like) {
  const std::vector<double> ranks(static_cast<std::size_t>(like.ranks), 0.0);
  return SecondsByRank(static_cast<std::size_t>(like.repetitions()), ranks);
}

/// Load and transfer of the phase pass; zeros where it was not recorded.
SecondsByRank input_by_rank(const CaseRecord& record, const StepSamples& like) {
  SecondsByRank input = no_input(like);
  for (const char* phase : {"load", "transfer"}) add(input, phase_by_rank(record, phase));
  return input;
}

/// The median over the steps of the slowest rank, each rank's input left out.
double slowest_step(const StepSamples& samples, std::int64_t repetition, const std::vector<double>& input) {
  std::vector<double> slowest(static_cast<std::size_t>(samples.steps), -std::numeric_limits<double>::infinity());
  for (std::int64_t rank = 0; rank < samples.ranks; ++rank) {
    const auto steps = steps_of(samples, repetition, rank);
    for (std::size_t step = 0; step < steps.size(); ++step) {
      slowest[step] = std::max(slowest[step], steps[step] - input[static_cast<std::size_t>(rank)]);
    }
  }
  return median(slowest);
}

std::int32_t fastest_of(const SecondsByRank& seconds) {
  std::int32_t fastest = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t rank = 0; rank < seconds.front().size(); ++rank) {
    const double typical = median(series_of_rank(seconds, rank));
    if (!(typical < least)) continue;
    least = typical;
    fastest = static_cast<std::int32_t>(rank);
  }
  return fastest;
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

SecondsByRank typical_seconds(const StepSamples& samples) {
  SecondsByRank typical;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition) {
    typical.emplace_back();
    for (std::int64_t rank = 0; rank < samples.ranks; ++rank) {
      typical.back().push_back(median(steps_of(samples, repetition, rank)));
    }
  }
  return typical;
}

SecondsByRank phase_by_rank(const CaseRecord& record, const std::string& phase) {
  const auto found = std::find(record.phase_names.begin(), record.phase_names.end(), phase);
  const auto index = static_cast<std::size_t>(found - record.phase_names.begin());
  return index < record.phase_seconds.size() ? typical_seconds(record.phase_seconds[index]) : SecondsByRank{};
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

std::vector<double> RankCompute::waiting() const {
  std::vector<double> seconds = slowest;
  for (std::size_t repetition = 0; repetition < seconds.size(); ++repetition) {
    seconds[repetition] -= typical[repetition][static_cast<std::size_t>(fastest_rank)];
  }
  return seconds;
}

std::optional<RankCompute> rank_compute(const MeasuredCase& one) {
  const auto arm = one.record->arms.find("no_sync");
  if (!one.ok() || arm == one.record->arms.end()) return std::nullopt;
  if (arm->second.ranks < 2 || arm->second.repetitions() == 0) return std::nullopt;
  const auto without_waits = steps_without_waits(*one.record, "no_sync");
  const StepSamples& samples = without_waits ? *without_waits : arm->second;
  RankCompute compute;
  compute.typical = typical_seconds(samples);
  const auto input = without_waits ? no_input(samples) : input_by_rank(*one.record, samples);
  for (std::size_t repetition = 0; repetition < input.size(); ++repetition) {
    compute.slowest.push_back(slowest_step(samples, static_cast<std::int64_t>(repetition), input[repetition]));
    for (std::size_t rank = 0; rank < input[repetition].size(); ++rank) {
      compute.typical[repetition][rank] -= input[repetition][rank];
    }
  }
  compute.fastest_rank = fastest_of(compute.typical);
  return compute;
}

SecondsByRank first_bucket_seconds(const MeasuredCase& one) {
  const CaseRecord& record = *one.record;
  if (!one.ok() || record.bucket_ready_seconds.empty()) return {};
  SecondsByRank arrival = typical_seconds(record.bucket_ready_seconds.front());
  for (const char* phase : {"load", "transfer", "forward"}) add(arrival, phase_by_rank(record, phase));
  return arrival;
}

}  // namespace scalemark::analysis
