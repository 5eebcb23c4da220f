// When each bucket's reduction starts: what overlaps communication with backward.

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "comm/gradient_reducer.h"
#include "comm/logged_communicator.h"

namespace scalemark::comm {
namespace {

using Schedule = GradientReducer::Schedule;

/// Three parameters of 1, 2 and 3 elements with a bucket each, laid out from the last to the first; however they are
/// filled.
class ReductionOrder : public ::testing::TestWithParam<BucketFill> {
 protected:
  static std::vector<NamedParameter> three_parameters() {
    std::vector<NamedParameter> parameters;
    for (const std::int64_t elements : {1, 2, 3}) {
      parameters.push_back({fmt::format("p{}", elements), at::zeros({elements}).requires_grad_()});
    }
    return parameters;
  }

  void add(std::size_t parameter) {
    log_.push_back(fmt::format("add {}", parameter));
    const at::Tensor& tensor = parameters_[parameter].tensor;
    at::Tensor& gradient = tensor.mutable_grad();
    if (gradient.defined()) {  // as backward does it
      gradient.fill_(1);
    } else {
      gradient = at::full(tensor.sizes(), 1.0F);
    }
    reducer_.add(parameter);
  }

  void finalize() {
    log_.emplace_back("backward is over");
    reducer_.finalize();
  }

  CallLog log_;
  LoggedCommunicator communicator_{log_};
  std::vector<NamedParameter> parameters_ = three_parameters();
  GradientReducer reducer_{parameters_, {2, 1, 0}, communicator_, {4, 4, std::nullopt, GetParam()}};
};

TEST_P(ReductionOrder, ABucketIsReducedAsSoonAsItIsFull) {
  reducer_.begin(Schedule::kOverlapped);
  for (const std::size_t parameter : {2, 1, 0}) add(parameter);
  finalize();
  EXPECT_EQ(log_, CallLog({"add 2", "start 0: 3 Float", "add 1", "start 1: 2 Float", "add 0", "start 2: 1 Float",
                           "backward is over", "wait 0", "wait 1", "wait 2"}));
}

TEST_P(ReductionOrder, ABucketThatIsFullTooEarlyWaitsForThoseBeforeIt) {
  reducer_.begin(Schedule::kOverlapped);
  for (const std::size_t parameter : {1, 2, 0}) add(parameter);
  finalize();
  EXPECT_EQ(log_, CallLog({"add 1", "add 2", "start 0: 3 Float", "start 1: 2 Float", "add 0", "start 2: 1 Float",
                           "backward is over", "wait 0", "wait 1", "wait 2"}));
}

TEST_P(ReductionOrder, InThePhasePassAllAreReducedAfterBackward) {
  reducer_.begin(Schedule::kAfterBackward);
  for (const std::size_t parameter : {2, 1, 0}) add(parameter);
  finalize();
  EXPECT_EQ(log_, CallLog({"add 2", "add 1", "add 0", "backward is over", "start 0: 3 Float", "start 1: 2 Float",
                           "start 2: 1 Float", "wait 0", "wait 1", "wait 2"}));
}

TEST_P(ReductionOrder, ARankThatCannotGoOnReducesWhatIsLeft) {
  reducer_.begin(Schedule::kOverlapped);
  add(2);
  log_.emplace_back("out of memory");
  reducer_.take_part();
  EXPECT_EQ(log_, CallLog({"add 2", "start 0: 3 Float", "out of memory", "start 1: 2 Float", "start 2: 1 Float",
                           "wait 0", "wait 1", "wait 2"}));
}

TEST_P(ReductionOrder, ABucketIsAnnouncedBeforeItsReductionStarts) {
  reducer_.set_bucket_ready_callback([this](std::size_t bucket) { log_.push_back(fmt::format("ready {}", bucket)); });
  reducer_.begin(Schedule::kOverlapped);
  add(2);
  EXPECT_EQ(log_, CallLog({"add 2", "ready 0", "start 0: 3 Float"}));
}

std::string fill_name(const ::testing::TestParamInfo<BucketFill>& info) {
  if (info.param == BucketFill::kTogether) return "together";
  return info.param == BucketFill::kViews ? "views" : "each";
}

INSTANTIATE_TEST_SUITE_P(Fills, ReductionOrder,
                         ::testing::Values(BucketFill::kEach, BucketFill::kTogether, BucketFill::kViews), fill_name);

}  // namespace
}  // namespace scalemark::comm
