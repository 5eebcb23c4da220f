#include "simulations/predictions.h"

#include <fmt/format.h>

#include "analysis/case_set.h"
#include "core/statistics.h"
#include "prediction/prediction.h"

namespace scalemark::simulations {
namespace {

struct Outcome {
  Interval step_seconds;
  double true_seconds;
};

Outcome outcome_of(const Troubles& troubles, const MeasuredCounts& counts, int factor, std::uint64_t seed) {
  MadeUpCluster cluster(troubles, counts, seed);
  const std::vector<results::ResultFile> files{cluster.measured()};
  const int ranks = factor * counts.most_ranks();
  const prediction::Prediction prediction = prediction::predict(analysis::merge_cases(files), {{ranks}, {}});
  return {prediction.cases.front().step_seconds, cluster.true_step_seconds(ranks)};
}

std::string cells_of(const PredictionCoverage& coverage) {
  if (coverage.predicted == 0) return "– | 100 % | –";
  return fmt::format("{:.0f} % | {:.0f} % | {:.2f}", 100 * coverage.covered_share(), 100 * coverage.withheld_share(),
                     coverage.width);
}

std::string row_of(const MeasuredCounts& counts, const Troubles& troubles, int clusters) {
  return fmt::format("| {} | {} | {} | {} |\n", counts.name, troubles.name,
                     cells_of(prediction_coverage(troubles, counts, 2, clusters)),
                     cells_of(prediction_coverage(troubles, counts, 8, clusters)));
}

}  // namespace

PredictionCoverage prediction_coverage(const Troubles& troubles, const MeasuredCounts& counts, int factor,
                                       int clusters) {
  PredictionCoverage coverage;
  std::vector<double> widths;
  std::vector<double> ratios;
  for (int seed = 1; seed <= clusters; ++seed) {
    const auto [step, truth] = outcome_of(troubles, counts, factor, static_cast<std::uint64_t>(seed));
    ++coverage.clusters;
    if (!(step.estimate > 0)) continue;
    ++coverage.predicted;
    if (step.low <= truth && truth <= step.high) ++coverage.covered;
    widths.push_back(step.high / step.low);
    ratios.push_back(step.estimate / truth);
  }
  coverage.width = median(widths);
  coverage.bias = median(ratios);
  return coverage;
}

const std::vector<Troubles>& kinds_of_trouble() {
  static const std::vector<Troubles> kinds{{"quiet", 0.01, 0, 0},
                                           {"stragglers", 0.05, 0.05, 0},
                                           {"congestion", 0.01, 0, 0.3},
                                           {"stragglers and congestion", 0.05, 0.05, 0.3}};
  return kinds;
}

const std::vector<MeasuredCounts>& measured_counts() {
  static const std::vector<MeasuredCounts> all{
      {"1, 2, 4, 8 ranks, a host each", {1, 2, 4, 8}, 1},    {"1, 2, 4 ranks, a host each", {1, 2, 4}, 1},
      {"1 to 16 ranks, 4 a host", {1, 2, 4, 8, 16}, 4},      {"1, 2 ranks, a host each", {1, 2}, 1, 5, false},
      {"1, 2, 4 ranks, one bucket", {1, 2, 4}, 1, 1, false}, {"1, 2, 4 ranks of one host", {1, 2, 4}, 1024, 5, false}};
  return all;
}

std::string prediction_table(int clusters, std::uint64_t /*seed*/) {
  std::string table =
      "| measured | world | 2 x: covered | withheld | high / low | 8 x: covered | withheld | high / low |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const MeasuredCounts& counts : measured_counts()) {
    for (const Troubles& troubles : kinds_of_trouble()) {
      if (counts.identifies || &troubles == &kinds_of_trouble().back()) table += row_of(counts, troubles, clusters);
    }
  }
  return table;
}

}  // namespace scalemark::simulations
