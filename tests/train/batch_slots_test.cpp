#include "train/batch_slots.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <array>
#include <functional>
#include <vector>

namespace scalemark::train {
namespace {

/// When a copy runs that was queued: any time is allowed between what it was told to come after and before.
enum class Moment { kEarliest, kLatest };

/// A device whose computations run when the test says so, and whose copies run at one end of what their order allows:
/// an order that is missing shows as a wrong value.
class ExtremeLane : public CopyLane {
 public:
  ExtremeLane(Moment moment, std::vector<std::function<void()>>& computations)
      : moment_(moment), computations_(computations) {}

  void fill(std::size_t slot, const std::function<void()>& copy) override {
    pending_[slot] = copy;
    if (moment_ == Moment::kLatest) return;
    run_computations(released_[slot]);
    copy();
  }

  // Computations queued after this come after the copy.
  void await(std::size_t slot) override {
    if (moment_ == Moment::kLatest) computations_.emplace_back(pending_[slot]);
  }

  void release(std::size_t slot) override { released_[slot] = computations_.size(); }

  void run_computations(std::size_t count) {
    while (done_ < count) {
      const auto computation = computations_[done_++];
      computation();
    }
  }

 private:
  Moment moment_;
  std::vector<std::function<void()>>& computations_;
  std::array<std::function<void()>, kCopySlots> pending_;
  std::array<std::size_t, kCopySlots> released_{};
  std::size_t done_ = 0;
};

class BatchSlotsTest : public ::testing::TestWithParam<Moment> {
 protected:
  static data::Batch host_batch(float value) {
    return {torch::full({4, 3, 2, 2}, value), torch::full({4}, static_cast<int>(value), torch::kLong)};
  }

  // Queues a computation that reads the batch when the device comes to it.
  void compute(const data::Batch& batch) {
    computations_.emplace_back([this, batch] { seen_.push_back(batch.images.mean().item<float>()); });
  }

  std::vector<std::function<void()>> computations_;
  std::vector<float> seen_;
  ExtremeLane* lane_ = new ExtremeLane(GetParam(), computations_);
  BatchSlots slots_{at::Device(at::kCPU), std::unique_ptr<CopyLane>(lane_)};
};

TEST_P(BatchSlotsTest, EveryComputationSeesItsOwnBatch) {
  std::vector<float> expected;
  for (int step = 0; step < 7; ++step) {
    compute(slots_.take(host_batch(static_cast<float>(step))));
    expected.push_back(static_cast<float>(step));
  }
  lane_->run_computations(computations_.size());
  EXPECT_EQ(seen_, expected);
}

TEST_P(BatchSlotsTest, TwoBatchesLieSideBySideAndTheThirdWhereTheFirstLay) {
  const data::Batch first = slots_.take(host_batch(1));
  const data::Batch second = slots_.take(host_batch(2));
  const data::Batch third = slots_.take(host_batch(3));
  EXPECT_FALSE(first.images.is_alias_of(second.images));
  EXPECT_TRUE(first.images.is_alias_of(third.images));
  EXPECT_TRUE(first.labels.is_alias_of(third.labels));
}

TEST_P(BatchSlotsTest, KeepsTheLayoutOfTheHost) {
  data::Batch batch = host_batch(1);
  batch.images = batch.images.contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_TRUE(slots_.take(batch).images.is_contiguous(at::MemoryFormat::ChannelsLast));
}

INSTANTIATE_TEST_SUITE_P(Copies, BatchSlotsTest, ::testing::Values(Moment::kEarliest, Moment::kLatest),
                         [](const auto& moment) { return moment.param == Moment::kEarliest ? "Earliest" : "Latest"; });

}  // namespace
}  // namespace scalemark::train
