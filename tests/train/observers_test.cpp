// What sees a case go by: the record of what a rank does, faults on purpose, and a recorder beside them.

#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "train/activity_observer.h"
#include "train/fault_observer.h"
#include "train/recorded_step.h"

namespace scalemark::train {
namespace {

using measure::Phase;

/// Writes down what it sees, under a name.
class Scribe : public CaseObserver {
 public:
  Scribe(std::string name, std::vector<std::string>& log) : name_(std::move(name)), log_(log) {}
  void begin_step() override { note("begin_step"); }
  void end_step() override { note("end_step"); }
  void begin(Phase) override { note("begin"); }
  void end(Phase) override { note("end"); }
  void bucket_ready(std::size_t) override { note("bucket_ready"); }
  void backward_done() override { note("backward_done"); }
  void begin_replay() override { note("begin_replay"); }
  void loss_ready(const at::Tensor&) override { note("loss_ready"); }
  void begin_arm(const std::string&) override { note("begin_arm"); }
  void reach(Place) override { note("reach"); }
  bool looks_inside() const override { return name_ == "recorder"; }

 private:
  void note(const char* event) { log_.push_back(name_ + ": " + event); }

  std::string name_;
  std::vector<std::string>& log_;
};

void show_a_step(measure::StepObserver& observer) {
  observer.begin_step();
  observer.begin(Phase::kBackward);
  observer.bucket_ready(0);
  observer.end(Phase::kBackward);
  observer.backward_done();
  observer.begin_replay();
  observer.loss_ready(at::ones({}));
  observer.end_step();
}

TEST(ActivityObserver, SaysWhatTheRankIsDoing) {
  Activity activity;
  ActivityObserver observer(activity);
  activity.begin_visit(1, "repetition 0 of case a");
  observer.begin_arm("full");
  observer.begin_step();
  observer.begin(Phase::kBackward);
  EXPECT_EQ(activity.snapshot().what, "arm full, step 0, backward of repetition 0 of case a");
  observer.begin_step();
  observer.begin_replay();
  EXPECT_EQ(activity.snapshot().what, "arm full, step 1, replay of repetition 0 of case a");
}

// The recorder's clock runs while the other looks on: a delay that is put into a phase is part of it.
TEST(RecordedStep, ShowsTheStepToBoth) {
  std::vector<std::string> log;
  Scribe recorder("recorder", log);
  Scribe always("always", log);
  RecordedStep recorded(recorder, always);
  EXPECT_TRUE(recorded.looks_inside());
  show_a_step(recorded);
  EXPECT_EQ(log,
            std::vector<std::string>({"always: begin_step", "recorder: begin_step", "recorder: begin", "always: begin",
                                      "always: bucket_ready", "recorder: bucket_ready", "always: end", "recorder: end",
                                      "always: backward_done", "recorder: backward_done", "always: begin_replay",
                                      "recorder: begin_replay", "always: loss_ready", "recorder: loss_ready",
                                      "always: end_step", "recorder: end_step"}));
}

class FaultObserverTest : public ::testing::Test {
 protected:
  void TearDown() override { unsetenv(kFaultVariable); }

  void put(const char* fault) {
    setenv(kFaultVariable, fault, /*overwrite=*/1);
    faults_ = Faults::from_environment(0);
  }

  std::vector<std::string> log_;
  Scribe inner_{"inner", log_};
  Faults faults_;
  FaultObserver observer_{faults_, inner_};
};

TEST_F(FaultObserverTest, ShowsEverythingToTheOtherObserver) {
  observer_.begin_arm("full");
  observer_.reach(Place::kConnected);
  show_a_step(observer_);
  EXPECT_EQ(log_, std::vector<std::string>({"inner: begin_arm", "inner: reach", "inner: begin_step", "inner: begin",
                                            "inner: bucket_ready", "inner: end", "inner: backward_done",
                                            "inner: begin_replay", "inner: loss_ready", "inner: end_step"}));
}

TEST_F(FaultObserverTest, StrikesAtEachPlace) {
  const auto runs_out_at = [this](const char* fault, const auto& event) {
    put(fault);
    EXPECT_THROW(event(), std::bad_alloc) << fault;
    EXPECT_NO_THROW(event()) << fault << ": the first time alone";
  };
  runs_out_at("0:optimizer_state:oom", [this] { observer_.reach(Place::kOptimizerState); });
  runs_out_at("0:connect:oom", [this] { observer_.reach(Place::kConnected); });
  runs_out_at("0:input:oom", [this] { observer_.reach(Place::kInput); });
  runs_out_at("0:evaluate:oom", [this] { observer_.reach(Place::kEvaluation); });
  runs_out_at("0:record:oom", [this] { observer_.reach(Place::kRecording); });
  runs_out_at("0:transfer:oom", [this] { observer_.begin(Phase::kTransfer); });
  runs_out_at("0:forward:oom", [this] { observer_.begin(Phase::kForward); });
  runs_out_at("0:backward:oom", [this] { observer_.begin(Phase::kBackward); });
  runs_out_at("0:reduce:oom", [this] { observer_.begin(Phase::kReduce); });
  runs_out_at("0:optimizer:oom", [this] { observer_.begin(Phase::kOptimizer); });
  runs_out_at("0:bucket:oom", [this] { observer_.bucket_ready(0); });
}

// An arm that reduces nothing, the labelled pass and the first bucket of a step have no reduction beside backward.
TEST_F(FaultObserverTest, StrikesBackwardOnlyWhileItReduces) {
  const auto strikes = [this](const char* arm, std::size_t bucket) {
    put("0:overlap:oom");
    observer_.begin_arm(arm);
    try {
      observer_.bucket_ready(bucket);
    } catch (const std::bad_alloc&) {
      return true;
    }
    return false;
  };
  EXPECT_TRUE(strikes("full", 1));
  EXPECT_TRUE(strikes("cached_input", 2));
  EXPECT_FALSE(strikes("full", 0));
  EXPECT_FALSE(strikes("no_sync", 1));
  EXPECT_FALSE(strikes("bare", 1));
  EXPECT_FALSE(strikes("phases", 1));
}

TEST_F(FaultObserverTest, SpoilsTheLossOfTheNthStep) {
  put("0:loss@2:nan");
  std::vector<bool> spoiled;
  for (int step = 0; step < 3; ++step) {
    const at::Tensor loss = at::ones({});
    observer_.loss_ready(loss);
    spoiled.push_back(std::isnan(loss.item<double>()));
  }
  EXPECT_EQ(spoiled, std::vector<bool>({false, true, false}));
}

}  // namespace
}  // namespace scalemark::train
