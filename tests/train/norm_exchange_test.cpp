// Batch norm over all ranks: which collectives a step makes, over which communicator and in which order.

#include "train/norms/norm_exchange.h"

#include <c10/util/StringUtil.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "comm/backend.h"
#include "comm/forwarding_communicator.h"
#include "monitor/control_group.h"
#include "train/cases.h"
#include "train/trainer.h"

namespace scalemark::train {
namespace {

using Log = std::vector<std::string>;

constexpr std::int64_t kNormsOfResnet10 = 12;  // the stem's, two of each of four blocks, and three shortcuts'

/// Writes down what is asked of it, and of the groups that are split off it: those are called "norms".
class LoggingCommunicator : public comm::ForwardingCommunicator {
 public:
  using ForwardingCommunicator::all_reduce;
  using ForwardingCommunicator::broadcast;
  LoggingCommunicator(comm::Communicator& inner, Log& log)
      : ForwardingCommunicator(inner), log_(log), name_("buckets") {}
  LoggingCommunicator(std::unique_ptr<comm::Communicator> inner, Log& log)
      : ForwardingCommunicator(std::move(inner)), log_(log), name_("norms") {}

  std::unique_ptr<comm::Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    note("all_reduce", input);
    return ForwardingCommunicator::all_reduce(input, output);
  }
  std::unique_ptr<comm::Work> all_reduce_by(comm::Reduction reduction, const at::Tensor& input,
                                            const at::Tensor& output) override {
    note("all_reduce", input);
    return ForwardingCommunicator::all_reduce_by(reduction, input, output);
  }
  std::unique_ptr<comm::Work> all_gather(const at::Tensor& input, const at::Tensor& output) override {
    note("all_gather", input);
    return ForwardingCommunicator::all_gather(input, output);
  }
  std::unique_ptr<comm::Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    note("broadcast", input);
    return ForwardingCommunicator::broadcast(input, output, root);
  }
  std::unique_ptr<comm::Communicator> split(int size) override {
    return std::make_unique<LoggingCommunicator>(ForwardingCommunicator::split(size), log_);
  }

 private:
  void note(const char* call, const at::Tensor& input) {
    log_.push_back(c10::str(name_, ' ', call, ' ', input.numel()));
  }

  Log& log_;
  std::string name_;
};

class NormExchangeTest : public ::testing::Test {
 protected:
  NormExchangeTest() {
    config_ = rank_invariant_case(control_.size(), 4 * control_.size(), config::Precision::kFp32);
    config_.batch_norm = config_.train.sync_batch_norm = true;
    config_.train.bucket_mebibytes = 2;  // several are reduced while backward goes on
    trainer_ = std::make_unique<Trainer>(config_, at::Device(at::kCPU), logging_, 1);
    trainer_->probe([] { return images(); });
    of_probe_ = std::exchange(log_, {});
    trainer_->connect();
    log_.clear();
  }

  static data::Batch images() {
    torch::manual_seed(7);
    return {torch::randn({4, 3, 16, 16}), torch::randint(10, {4}, at::kLong)};
  }

  Log log_of_step(Reduction reduction) {
    measure::StepObserver nobody;
    trainer_->step([] { return images(); }, reduction, nobody);
    return std::exchange(log_, {});
  }

  static std::int64_t count(const Log& log, const std::string& start) {
    return std::ranges::count_if(log, [&](const std::string& line) { return line.starts_with(start); });
  }

  bool several() const { return control_.size() > 1; }

  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> communicator_ = comm::make_communicator(at::Device(at::kCPU));
  Log log_, of_probe_;
  LoggingCommunicator logging_{*communicator_, log_};
  config::CaseConfig config_;
  std::unique_ptr<Trainer> trainer_;
};

TEST_F(NormExchangeTest, TheProbeAsksNothingOfOtherRanks) { EXPECT_EQ(of_probe_, Log{}); }

TEST_F(NormExchangeTest, EveryNormExchangesOnceInForwardAndOnceInBackward) {
  const Log log = log_of_step(Reduction::kOverlapped);
  EXPECT_EQ(count(log, "norms all_gather"), several() ? kNormsOfResnet10 : 0);
  EXPECT_EQ(count(log, "norms all_reduce"), several() ? kNormsOfResnet10 : 0);
  EXPECT_EQ(count(log, "buckets all_reduce") > 1, several());
}

TEST_F(NormExchangeTest, StaysWhereGradientsAreNotReduced) {
  const Log log = log_of_step(Reduction::kNone);
  EXPECT_EQ(count(log, "norms"), several() ? 2 * kNormsOfResnet10 : 0);
  EXPECT_EQ(count(log, "buckets"), 0);
}

// Each communicator's calls would do; the order of both together is the same too, as one thread makes them.
TEST_F(NormExchangeTest, RanksAskInOneOrder) {
  for (const Reduction reduction : {Reduction::kOverlapped, Reduction::kAfterBackward, Reduction::kOverlapped}) {
    const Log log = log_of_step(reduction);
    const auto logs = control_.gather(c10::Join("\n", log));
    if (control_.rank() == 0) {
      EXPECT_EQ(logs.front(), logs.back());
    }
    if (!several()) continue;
    const auto first_bucket = std::ranges::find_if(log, [](const auto& line) { return line.starts_with("buckets"); });
    const bool is_between = count({first_bucket, log.end()}, "norms") > 0;
    EXPECT_EQ(is_between, reduction == Reduction::kOverlapped) << "buckets are on their way while norms exchange";
  }
}

TEST_F(NormExchangeTest, ARankThatCannotComputeMakesTheRestOfTheExchanges) {
  const bool fails = several() && control_.rank() == control_.size() - 1;
  measure::StepObserver nobody;
  for (const Reduction reduction : {Reduction::kOverlapped, Reduction::kNone}) {
    const Log whole = log_of_step(reduction);
    const auto two_steps = [&] {
      log_of_step(reduction);
      return log_of_step(reduction).size();
    };
    if (fails) {
      EXPECT_THROW(trainer_->step([]() -> data::Batch { throw std::bad_alloc(); }, reduction, nobody), std::bad_alloc);
      trainer_->take_part(2, reduction, nobody);
      EXPECT_EQ(std::exchange(log_, {}).size(), 2 * whole.size());
    } else {
      EXPECT_EQ(two_steps(), whole.size());
    }
  }
  control_.barrier();
}

TEST_F(NormExchangeTest, AStepUnlikeTheFirstIsRefused) {
  if (!several()) return;
  NormExchange exchange;
  exchange.begin_step();
  exchange.gather(at::zeros({3}, at::kDouble));
  exchange.connect(*communicator_, at::Device(at::kCPU));
  exchange.begin_step();
  EXPECT_THROW(exchange.sum(at::zeros({3}, at::kDouble)), c10::Error);
}

}  // namespace
}  // namespace scalemark::train
