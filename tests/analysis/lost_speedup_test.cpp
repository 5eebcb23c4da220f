#include "analysis/lost_speedup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "analysis/advice/advice.h"
#include "analysis/report.h"
#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;

constexpr std::int64_t kRepetitions = 5;
constexpr std::int64_t kSteps = 20;

/// Delays of one step, in seconds.
struct Delays {
  double communication = 0.0;
  double input = 0.0;     ///< on every rank
  double rank_1 = 0.0;    ///< compute of rank 1
  double crowding = 0.0;  ///< compute of every rank
};

/// What a machine does whose step is `compute` seconds long: waits for the slowest rank wherever it reduces.
class Machine {
 public:
  explicit Machine(double noise, unsigned seed = 7) : noise_(noise), random_(seed) {}

  CaseRecord measure(const std::string& id, std::int32_t ranks, std::int64_t batch, double compute,
                     const Delays& delays) {
    CaseRecord record = make_case(id, ranks, batch, {1.0});
    const double compute_here = compute + delays.crowding;
    const double reduced = ranks > 1 ? delays.communication : 0.0;
    record.arms["full"] = together(ranks, compute_here, delays.rank_1, reduced + delays.input);
    record.arms["cached_input"] = together(ranks, compute_here, delays.rank_1, reduced);
    if (ranks > 1) record.arms["no_sync"] = apart(ranks, compute_here + delays.input, delays.rank_1);
    record.phase_names = {"load"};
    record.phase_seconds = {apart(ranks, delays.input, 0.0)};
    record.arms["phases"] = together(ranks, compute_here, delays.rank_1, reduced + delays.input);
    record.planned_repetitions = kRepetitions;
    results::summarize(record);
    return record;
  }

 private:
  double noisy(double seconds) { return seconds * (1.0 + noise_ * normal_(random_)); }

  /// Steps that end with a reduction: all ranks take as long as the slowest.
  results::StepSamples together(std::int32_t ranks, double seconds, double more_on_rank_1, double rest) {
    results::StepSamples samples = apart(ranks, seconds, more_on_rank_1);
    for (std::size_t i = 0; i < samples.seconds.size(); i += static_cast<std::size_t>(ranks)) {
      const auto begin = samples.seconds.begin() + static_cast<std::ptrdiff_t>(i);
      const double slowest = *std::max_element(begin, begin + ranks);
      std::fill(begin, begin + ranks, slowest + rest);
    }
    return samples;
  }

  results::StepSamples apart(std::int32_t ranks, double seconds, double more_on_rank_1) {
    results::StepSamples samples{kSteps, ranks, {}};
    for (std::int64_t step = 0; step < kRepetitions * kSteps; ++step) {
      for (std::int32_t rank = 0; rank < ranks; ++rank) {
        samples.seconds.push_back(noisy(seconds + (rank == 1 ? more_on_rank_1 : 0.0)));
      }
    }
    return samples;
  }

  double noise_;
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
};

/// One and four ranks at 32 images each; four ranks suffer `delays`.
Report weak_scaling(const Delays& delays, double noise = 0.002, unsigned seed = 7) {
  Machine machine(noise, seed);
  return build_report(
      {make_file({machine.measure("alone", 1, 32, 0.2, {}), machine.measure("four", 4, 32, 0.2, delays)})});
}

double sum_of(const LostSpeedup& lost) {
  double sum = 0.0;
  for (const auto& part : lost.parts) sum += std::isnan(part.speedup.estimate) ? 0.0 : part.speedup.estimate;
  return sum;
}

/// All that is lost is lost to `cause`, and as much as `delay` of a step of 0.2 s takes.
void expect_attributed(const Report& report, LossCause cause, double delay) {
  ASSERT_EQ(report.lost_fixed_work.size(), 1u);
  for (const auto& part : report.lost_fixed_work[0].parts) {
    if (part.cause == LossCause::kSlowedBackward) continue;  // this machine does not record when backward ends
    const double expected = part.cause == cause ? delay / (0.2 + delay) : 0.0;
    EXPECT_NEAR(part.share.estimate, expected, 0.004) << names_of(part.cause).title;
    EXPECT_NEAR(part.speedup.estimate, 4 * expected, 0.016) << names_of(part.cause).title;
    EXPECT_NEAR(part.seconds, expected * (0.2 + delay), 0.002) << names_of(part.cause).title;
  }
}

TEST(LostSpeedup, SumsExactlyToTheMeasuredValue) {
  const Report report = weak_scaling({0.05, 0.03, 0.02, 0.01}, 0.05);
  ASSERT_EQ(report.lost_fixed_work.size(), 1u);
  const LostSpeedup& lost = report.lost_fixed_work[0];
  EXPECT_EQ(lost.ideal, 4.0);
  EXPECT_EQ(lost.rounds, static_cast<std::size_t>(kRepetitions));
  EXPECT_EQ(lost.measured.estimate, report.fixed_work[1].speedup.estimate);
  EXPECT_NEAR(lost.ideal - sum_of(lost), lost.measured.estimate, 1e-12);
}

TEST(LostSpeedup, EveryCauseIsAttributedToItself) {
  expect_attributed(weak_scaling({.communication = 0.05}), LossCause::kCommunication, 0.05);
  expect_attributed(weak_scaling({.input = 0.05}), LossCause::kInput, 0.05);
  expect_attributed(weak_scaling({.rank_1 = 0.05}), LossCause::kWaiting, 0.05);
  expect_attributed(weak_scaling({.crowding = 0.05}), LossCause::kResidual, 0.05);
}

TEST(LostSpeedup, WithoutDelaysNothingIsLost) { expect_attributed(weak_scaling({}), LossCause::kResidual, 0.0); }

TEST(LostSpeedup, IntervalsCoverTheTruthUnderNoise) {
  // The median of the slowest of four ranks lies where a normal law has 0.5^(1/4): 0.998 deviations up.
  const double truth = 0.05 / (0.2 * (1.0 + 0.02 * 0.998) + 0.05);
  int covered = 0;
  constexpr int kSweeps = 400;
  for (unsigned seed = 0; seed < kSweeps; ++seed) {
    const Interval share =
        weak_scaling({.communication = 0.05}, 0.02, seed).lost_fixed_work[0].part(LossCause::kCommunication).share;
    if (share.low <= truth && truth <= share.high) ++covered;
  }
  EXPECT_GE(covered, kSweeps * 92 / 100);
  EXPECT_LE(covered, kSweeps * 98 / 100);
}

TEST(LostSpeedup, WhatTheBaselinePaysIsNoLoss) {
  Machine machine(0.0);
  const Report report = build_report({make_file(
      {machine.measure("alone", 1, 32, 0.2, {.input = 0.1}), machine.measure("two", 2, 32, 0.2, {.input = 0.1})})});
  const LostSpeedup& lost = report.lost_fixed_work[0];
  EXPECT_NEAR(lost.part(LossCause::kInput).share.estimate, 0.0, 1e-12);
  EXPECT_TRUE(report.advice[0].input_on_baseline_too);
}

TEST(LostSpeedup, TheSmallerBatchIsReadFromTheSingleRankSweep) {
  // 128 images take 0.8 s, but 32 of them 0.25 s and not 0.2 s; four ranks also communicate for 0.05 s.
  Machine machine(0.0);
  const Report report = build_report(
      {make_file({machine.measure("alone-128", 1, 128, 0.8, {}), machine.measure("alone-32", 1, 32, 0.25, {}),
                  machine.measure("four-32", 4, 32, 0.25, {.communication = 0.05})})});
  ASSERT_EQ(report.lost_fixed_global_batch.size(), 1u);
  const LostSpeedup& lost = report.lost_fixed_global_batch[0];
  EXPECT_EQ(lost.reference, "alone-32");
  EXPECT_NEAR(lost.measured.estimate, 0.8 / 0.3, 1e-9);
  EXPECT_NEAR(lost.part(LossCause::kSmallerBatch).speedup.estimate, 4 * 0.05 / 0.3, 1e-9);
  EXPECT_NEAR(lost.part(LossCause::kCommunication).speedup.estimate, 4 * 0.05 / 0.3, 1e-9);
  EXPECT_NEAR(lost.part(LossCause::kResidual).speedup.estimate, 0.0, 1e-9);
}

TEST(LostSpeedup, WhatWasNotMeasuredIsSaidAndLeftInTheResidual) {
  Machine machine(0.0);
  CaseRecord four = machine.measure("four-32", 4, 32, 0.25, {.communication = 0.05});
  four.arms.erase("no_sync");
  const Report report = build_report({make_file({machine.measure("alone-128", 1, 128, 0.8, {}), four})});
  const LostSpeedup& lost = report.lost_fixed_global_batch[0];
  EXPECT_EQ(lost.part(LossCause::kSmallerBatch).unknown, "1 rank was not measured at batch 32 per rank");
  EXPECT_EQ(lost.part(LossCause::kCommunication).unknown, "four-32 has no arm no_sync");
  EXPECT_TRUE(std::isnan(lost.part(LossCause::kWaiting).speedup.estimate));
  EXPECT_NEAR(lost.part(LossCause::kResidual).speedup.estimate, 4.0 - 0.8 / 0.3, 1e-9);
}

TEST(LostSpeedup, RefusedRowsAndSingleRanksHaveNone) {
  Machine machine(0.0);
  CaseRecord four = machine.measure("four", 4, 32, 0.2, {});
  four.row.precision = "bf16";
  const Report report = build_report({make_file({machine.measure("alone", 1, 32, 0.2, {}), four})});
  EXPECT_TRUE(report.lost_fixed_work.empty());
  EXPECT_TRUE(report.advice.empty());
}

}  // namespace
}  // namespace scalemark::analysis
