#include "simulations/stragglers.h"

#include <fmt/format.h>

#include <random>

#include "analysis/ranks/rank_findings.h"
#include "analysis/result_fixture.h"

namespace scalemark::simulations {
namespace {

constexpr int kSlowRank = 3;
constexpr int kStepsOfRepetition = 4;

/// A no_sync arm without spikes: what is random is the repetition of a rank.
results::StepSamples own_steps(const RankWorld& world, int repetitions, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  results::StepSamples samples{kStepsOfRepetition, world.ranks, {}};
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    std::vector<double> seconds;
    for (int rank = 0; rank < world.ranks; ++rank) {
      const double scatter = world.scatter * (rank >= world.ranks - world.noisy_ranks ? 3.0 : 1.0);
      seconds.push_back((rank == kSlowRank ? world.slowdown : 1.0) * std::exp(scatter * normal(random)));
    }
    for (int step = 0; step < kStepsOfRepetition; ++step)
      samples.seconds.insert(samples.seconds.end(), seconds.begin(), seconds.end());
  }
  return samples;
}

std::string row_of(const char* name, const RankWorld& world, int jobs, std::uint64_t seed) {
  std::string row = fmt::format("| {} | {} | {:.0f}", name, world.ranks, 100 * world.scatter);
  std::string drifts;
  for (const int repetitions : {3, 5, 7, 20}) {
    const Namings found = namings_in(world, repetitions, jobs, seed);
    row += fmt::format(" | {:.1f}", 100.0 * found.slow / jobs);
    drifts += fmt::format("{}{:.1f}", drifts.empty() ? "" : ", ", 100.0 * found.drifting / jobs);
  }
  return fmt::format("{} | {} |\n", row, drifts);
}

}  // namespace

Namings namings_in(const RankWorld& world, int repetitions, int jobs, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<results::ResultFile> files{
      analysis::make_file({analysis::make_case("job", world.ranks, 10, std::vector<double>(5, 1.0))})};
  Namings named;
  for (int job = 0; job < jobs; ++job) {
    files.front().cases.front().arms["no_sync"] = own_steps(world, repetitions, random);
    for (const auto& finding : analysis::rank_findings(analysis::merge_cases(files).cases.front())) {
      const bool right = world.slowdown == 1.0 || finding.rank == kSlowRank;
      named.slow += finding.kind == "slow compute" && right ? 1 : 0;
      named.drifting += finding.kind == "drift" ? 1 : 0;
    }
  }
  return named;
}

std::string straggler_table(int jobs, std::uint64_t seed) {
  std::string table = fmt::format(
      "{} jobs a cell; named in %.\n\n"
      "| ranks | number | scatter % | slow, of 3 repetitions | 5 | 7 | 20 | drifting, of 3, 5, 7, 20 |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n",
      jobs);
  for (const int ranks : {2, 8, 64}) table += row_of("healthy", {ranks, 0.08, 1.0, 0}, jobs, seed);
  table += row_of("healthy, four of them three times as noisy", {64, 0.08, 1.0, 4}, jobs, seed);
  for (const double slowdown : {1.05, 1.10, 1.30}) {
    const std::string name = fmt::format("one {:.0f} % slow", 100 * (slowdown - 1.0));
    table += row_of(name.c_str(), {64, 0.01, slowdown, 0}, jobs, seed);
  }
  table += row_of("one 30 % slow", {64, 0.08, 1.30, 0}, jobs, seed);
  return table;
}

}  // namespace scalemark::simulations
