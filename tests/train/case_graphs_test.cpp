// Cases whose steps are replayed, by graphs that do their work again on the host.

#include <ATen/ops/from_blob.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comm/forwarding_communicator.h"
#include "core/faults.h"
#include "core/nccl_memory.h"
#include "train/case_fixture.h"
#include "train/fake_graphs.h"
#include "train/fault_observer.h"

namespace scalemark::train {
namespace {

class CaseGraphsTest : public CaseMeasurementTest {
 protected:
  CaseContext graphed(GraphLog& log, CaseObserver& observer, comm::Communicator& ranks) {
    const CaseContext plain = context();
    CaseContext graphed{kCpu, ranks, control_, *memory_, watch_, observer, plain.training_set, plain.test_set};
    graphed.graph_recorder = [&log] { return std::make_unique<FakeRecorder>(log); };
    return graphed;
  }
  CaseContext graphed(GraphLog& log) { return graphed(log, nobody_, *communicator_); }

  // The last rank cannot record.
  CaseContext graphed_on_others(GraphLog& log, comm::Communicator& ranks) {
    CaseContext context = graphed(log, nobody_, ranks);
    const bool fails = control_.rank() == control_.size() - 1;
    context.graph_recorder = [&log, fails] {
      return std::make_unique<FakeRecorder>(log, fails ? "no room for it" : "");
    };
    return context;
  }
};

TEST_F(CaseGraphsTest, TimedStepsAreReplaysAndTrainAsWithoutGraphs) {
  const std::vector<double> eager = CaseMeasurement(config(), context()).run(0).loss;
  GraphLog log;
  const RepetitionSamples samples = CaseMeasurement(config(), graphed(log)).run(0);
  EXPECT_EQ(samples.loss, eager);
  EXPECT_EQ(samples.not_graphed, "");
  const bool several = control_.size() > 1;
  EXPECT_EQ(log.rehearsals, 1);
  EXPECT_EQ(log.recordings, several ? 2 : 1) << "with reduction and without";
  constexpr int kStepsOfAnArm = 1 + 3;  // warm-up and timed; phases are seen in eager steps
  EXPECT_EQ(log.replays, kStepsOfAnArm * (several ? 3 : 2));
}

TEST_F(CaseGraphsTest, AReplayFollowsTheSchedule) {
  auto scheduled = config();
  scheduled.train.schedule = config::Schedule::kCosine;
  const std::vector<double> eager = CaseMeasurement(scheduled, context()).run(0).loss;
  GraphLog log;
  const std::vector<double> replayed = CaseMeasurement(scheduled, graphed(log)).run(0).loss;
  ASSERT_EQ(replayed.size(), eager.size());
  // The rate lies on the device in single precision.
  for (std::size_t step = 0; step < eager.size(); ++step) EXPECT_NEAR(replayed[step], eager[step], 1e-5) << step;
  EXPECT_GT(std::abs(CaseMeasurement(config(), context()).run(0).loss.back() - eager.back()), 1e-4)
      << "the schedule must matter here";
}

TEST_F(CaseGraphsTest, NoRankReplaysWhereOneCannotRecord) {
  const std::vector<double> eager = CaseMeasurement(config(), context()).run(0).loss;
  GraphLog log;
  const RepetitionSamples samples = CaseMeasurement(config(), graphed_on_others(log, *communicator_)).run(0);
  EXPECT_EQ(samples.loss, eager);
  EXPECT_EQ(log.replays, 0);
  EXPECT_EQ(samples.not_graphed,
            "rank " + std::to_string(control_.size() - 1) + " could not record a step: no room for it");
}

// The others record without this rank: on the way there nothing waits for it.
TEST_F(CaseGraphsTest, AFaultWhereAStepIsRecordedMeetsAllRanksAlike) {
  setenv(kFaultVariable, "0:record:throw", /*overwrite=*/1);
  Faults faults = Faults::from_environment(control_.rank());
  unsetenv(kFaultVariable);
  FaultObserver faulty(faults, nobody_);
  GraphLog log;
  const RepetitionSamples samples = CaseMeasurement(config(), graphed(log, faulty, *communicator_)).run(0);
  EXPECT_EQ(samples.not_graphed, "rank 0 could not record a step: a fault on purpose");
  EXPECT_EQ(log.replays, 0);
}

/// Writes down the arms, and whether their steps were replayed.
struct ArmLog : CaseObserver {
  void begin_arm(const std::string& name) override { arms.emplace_back(name); }
  void begin_replay() override { arms.back() += " (replayed)"; }
  std::vector<std::string> arms;
};

// Evaluation drops the graphs, and the next arm's cannot be recorded again.
TEST_F(CaseGraphsTest, ARepetitionWhoseLaterArmCannotBeRecordedIsMeasuredAgainWithoutGraphs) {
  auto evaluated = config();
  evaluated.measure.evaluate = true;
  evaluated.measure.warmup_steps = 0;
  evaluated.measure.steps = 1;
  evaluated.measure.arms = {Arm::kFull, Arm::kCachedInput};
  const std::vector<double> eager = CaseMeasurement(evaluated, context()).run(0).loss;
  GraphLog log;
  ArmLog arms;
  CaseContext once = graphed(log, arms, *communicator_);
  const int successes = control_.size() > 1 ? 2 : 1;
  once.graph_recorder = [&] { return std::make_unique<FakeRecorder>(log, "no room for it", successes); };
  const RepetitionSamples samples = CaseMeasurement(evaluated, once).run(0);
  EXPECT_EQ(arms.arms,
            (std::vector<std::string>{"recording", "full (replayed)", "recording", "full", "cached_input", "phases"}));
  EXPECT_EQ(samples.not_graphed, "rank 0 could not record a step: no room for it");
  EXPECT_EQ(samples.loss, eager);
  EXPECT_EQ(samples.step_seconds.at("full").size(), 1U);
  EXPECT_EQ(samples.evaluated.size(), 2U);
}

// To record a reduction may be collective: a rank that could not come so far would leave the others waiting. Recording
// computes here, and so would reduce.
TEST_F(CaseGraphsTest, NoReductionIsRecordedWhereARankCannotRecordTheRest) {
  auto reduced = config();
  reduced.measure.arms = {Arm::kFull};
  CountingCommunicator counting(*communicator_);
  GraphLog log;
  const RepetitionSamples samples = CaseMeasurement(reduced, graphed_on_others(log, counting)).run(0);
  constexpr int kRehearsed = 3;
  constexpr int kStepsOfFullAndPhases = 2 * (1 + 3);
  EXPECT_EQ(counting.reductions, (kRehearsed + kStepsOfFullAndPhases) * static_cast<int>(samples.bucket_bytes.size()));
  EXPECT_EQ(log.attempts, 1);
  EXPECT_EQ(log.living, 0);
}

TEST_F(CaseGraphsTest, WhatIsRecordedOnTrialIsNotKept) {
  auto reduced = config();
  reduced.measure.arms = {Arm::kFull};
  GraphLog log;
  struct Living : CaseObserver {
    explicit Living(const GraphLog& graphs) : log(graphs) {}
    void begin_replay() override { most = std::max(most, log.living); }
    const GraphLog& log;
    int most = 0;
  } living(log);
  CaseMeasurement(reduced, graphed(log, living, *communicator_)).run(0);
  EXPECT_EQ(log.recordings, control_.size() > 1 ? 2 : 1);
  EXPECT_EQ(living.most, 1);
}

/// Hands out buckets from outside LibTorch's allocator, as NCCL does, and notes which graphs live when one is freed.
class OutsideBuckets : public comm::ForwardingCommunicator {
 public:
  using ForwardingCommunicator::all_reduce;
  OutsideBuckets(comm::Communicator& inner, const GraphLog& log) : ForwardingCommunicator(inner), log_(log) {}

  at::Tensor allocate(std::int64_t elements, const at::TensorOptions& options) override {
    auto memory = std::make_shared<std::vector<float>>(elements);
    const auto bytes = static_cast<std::int64_t>(elements * sizeof(float));
    MemoryCount::Claim(nccl_memory(), bytes).keep();
    const auto forget = [this, memory, bytes](void*) {
      nccl_memory().remove(bytes);
      graphs_at_the_end_ = std::max(graphs_at_the_end_, log_.living);
    };
    return at::from_blob(memory->data(), {elements}, forget, options);
  }

  int graphs_at_the_end() const { return graphs_at_the_end_; }

 private:
  const GraphLog& log_;
  int graphs_at_the_end_ = -1;  // that lived when a bucket was freed
};

TEST_F(CaseGraphsTest, GraphsEndBeforeTheBucketsThatTheyUse) {
  GraphLog log;
  OutsideBuckets buckets(*communicator_, log);
  struct Interrupted {};
  struct Interrupting : CaseObserver {
    void begin_replay() override { throw Interrupted(); }
  } interrupting;
  EXPECT_THROW(CaseMeasurement(config(), graphed(log, interrupting, buckets)).run(0), Interrupted);
  EXPECT_EQ(log.living, 0);
  EXPECT_EQ(buckets.graphs_at_the_end(), control_.size() > 1 ? 0 : -1) << "one rank has no buckets";
  EXPECT_EQ(nccl_memory().current(), 0);
}

/// Notes what was allocated outside LibTorch's allocator whenever a limit is set.
class LimitLog : public measure::MemoryMeter {
 public:
  std::int64_t current_bytes() const override { return 0; }
  std::int64_t peak_bytes() const override { return 0; }
  void reset_peak() override {}
  void release_cache() override {}
  void set_limit(std::optional<std::int64_t> bytes) override {
    limit = bytes;
    outside.push_back(nccl_memory().current());
  }
  std::optional<std::int64_t> limit;
  std::vector<std::int64_t> outside;
};

TEST_F(CaseGraphsTest, TheLimitIsSetAgainWhenTheBucketsHaveTheirMemory) {
  const GraphLog log;
  OutsideBuckets buckets(*communicator_, log);
  LimitLog limits;
  auto limited = config();
  limited.limits.memory_bytes = 123456789;
  const CaseMeasurement measured(limited,
                                 {kCpu, buckets, control_, limits, watch_, nobody_, context().training_set, nullptr});
  EXPECT_EQ(limits.limit, 123456789);
  EXPECT_EQ(limits.outside.front(), 0);
  if (control_.size() > 1) {
    EXPECT_GT(limits.outside.back(), 0);
    EXPECT_EQ(limits.outside.back(), nccl_memory().current());
  }
}

}  // namespace
}  // namespace scalemark::train
