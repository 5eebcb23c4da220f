#include "prediction/coverage.h"

#include "analysis/case_set.h"
#include "core/statistics.h"
#include "prediction/prediction.h"

namespace scalemark::prediction {
namespace {

struct Outcome {
  Interval step_seconds;
  double true_seconds;
};

Outcome outcome_of(const Troubles& troubles, const Layout& layout, int factor, std::uint64_t seed) {
  MadeUpWorld world(troubles, layout, seed);
  const std::vector<results::ResultFile> files{world.measured()};
  const int ranks = factor * layout.most_ranks();
  const Prediction prediction = predict(analysis::merge_cases(files), {{ranks}, {}});
  return {prediction.cases.front().step_seconds, world.true_step_seconds(ranks)};
}

}  // namespace

Coverage coverage_of(const Troubles& troubles, const Layout& layout, int factor, int worlds) {
  Coverage coverage;
  std::vector<double> widths;
  std::vector<double> ratios;
  for (int seed = 1; seed <= worlds; ++seed) {
    const auto [step, truth] = outcome_of(troubles, layout, factor, static_cast<std::uint64_t>(seed));
    ++coverage.worlds;
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

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> all{
      {"1, 2, 4, 8 ranks, a host each", {1, 2, 4, 8}, 1},    {"1, 2, 4 ranks, a host each", {1, 2, 4}, 1},
      {"1 to 16 ranks, 4 a host", {1, 2, 4, 8, 16}, 4},      {"1, 2 ranks, a host each", {1, 2}, 1, 5, false},
      {"1, 2, 4 ranks, one bucket", {1, 2, 4}, 1, 1, false}, {"1, 2, 4 ranks of one host", {1, 2, 4}, 1024, 5, false}};
  return all;
}

}  // namespace scalemark::prediction
