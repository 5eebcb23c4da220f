// The report's efficiency intervals, from samples to table, against the truth of synthetic sweeps.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "analysis/result_fixture.h"
#include "analysis/scaling.h"

namespace scalemark::analysis {
namespace {

constexpr int kManySweeps = 1000;
constexpr int kStepsOfRepetition = 20;
constexpr double kTrueEfficiency = 0.87;

/// A sweep over one and two ranks whose repetitions are interleaved on a machine that drifts; the steps of a repetition
/// are correlated, heavy-tailed, and sometimes stall; a rank waits for the slowest.
class CoverageSweep {
 public:
  explicit CoverageSweep(std::mt19937_64& random) : random_(random) {}

  Interval efficiency(int repetitions) {
    auto alone = make_case("alone", 1, 10, {1.0});
    auto pair = make_case("pair", 2, 10, {1.0});
    auto& alone_steps = alone.arms["full"] = {kStepsOfRepetition, 1, {}};
    auto& pair_steps = pair.arms["full"] = {kStepsOfRepetition, 2, {}};
    double log_drift = 0.0;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      log_drift += 0.03 + 0.02 * normal_(random_);
      add_repetition(alone_steps, std::exp(log_drift));
      add_repetition(pair_steps, std::exp(log_drift) / kTrueEfficiency);
    }
    const std::vector<results::ResultFile> files{make_file({alone, pair})};
    return scaling_rows(ScalingKind::kFixedWorkPerRank, merge_cases(files).cases).at(1).efficiency;
  }

 private:
  void add_repetition(results::StepSamples& samples, double seconds) {
    const double placement = std::exp(0.02 * normal_(random_));
    double noise = student_(random_);
    for (int step = 0; step < kStepsOfRepetition; ++step) {
      noise = 0.6 * noise + 0.8 * student_(random_);
      const double stall = uniform_(random_) < 0.1 ? 1.0 + exponential_(random_) : 1.0;
      const double slowest = seconds * placement * stall * std::exp(0.02 * noise);
      for (std::int64_t rank = 0; rank < samples.ranks; ++rank) {
        samples.seconds.push_back(rank == 0 ? slowest : 0.9 * slowest);
      }
    }
  }

  std::mt19937_64& random_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{3.0};
  std::uniform_real_distribution<double> uniform_;
  std::exponential_distribution<double> exponential_;
};

TEST(EfficiencyInterval, CoversTheTruthInNinetyFiveOfAHundredSweeps) {
  std::mt19937_64 random(20240612);
  for (const int repetitions : {3, 5, 7}) {
    CoverageSweep sweep(random);
    int covered = 0;
    for (int i = 0; i < kManySweeps; ++i) {
      const Interval found = sweep.efficiency(repetitions);
      covered += found.low <= kTrueEfficiency && kTrueEfficiency <= found.high ? 1 : 0;
    }
    RecordProperty("covered_at_" + std::to_string(repetitions), covered);
    EXPECT_GE(covered, 930) << repetitions << " repetitions";
    EXPECT_LE(covered, 970) << repetitions << " repetitions";
  }
}

}  // namespace
}  // namespace scalemark::analysis
