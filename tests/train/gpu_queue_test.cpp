// What a GPU does that the host only queues: recordings that fail, places in the queue that are waited for, times along
// it.

#include <gtest/gtest.h>
#include <torch/types.h>

#include <stdexcept>

#include "comm/backend_under_test.h"
#include "measure/device.h"
#include "measure/memory_meter.h"
#include "measure/timeline.h"
#include "train/device_backend.h"

namespace scalemark::train {
namespace {

class GpuQueueTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = comm::why_backend_cannot_run(); !reason.empty()) GTEST_SKIP() << reason;
    device_ = comm::device_under_test();
    memory_ = measure::make_memory_meter(device_);
    on_device_ = torch::TensorOptions().device(device_);
  }

  // Some milliseconds of work.
  torch::Tensor work() const {
    auto product = torch::ones({4096, 4096}, on_device_);
    for (int i = 0; i < 20; ++i) product = product.matmul(product).clamp(0, 1);
    return product;
  }

  at::Device device_{at::kCPU};
  torch::TensorOptions on_device_;
  std::unique_ptr<measure::MemoryMeter> memory_;
};

TEST_F(GpuQueueTest, AMarkIsWaitedForUntilTheDeviceHasComeToIt) {
  const auto marks = make_queue_marks(device_);
  const auto flag = torch::zeros({1}, torch::TensorOptions().pinned_memory(true));
  work();
  flag.copy_(torch::ones({1}, on_device_), /*non_blocking=*/true);
  marks->set(2);
  marks->wait(2);
  EXPECT_EQ(*flag.const_data_ptr<float>(), 1.0F);
}

// The stream, both allocators and the generator of random numbers go on as if it had not been.
TEST_F(GpuQueueTest, AnAbandonedRecordingLeavesNothingOpen) {
  const auto recorder = make_graph_recorder(device_);
  torch::Tensor value = torch::zeros({1000}, on_device_);
  recorder->rehearse([&] { value.add_(1); });
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_THROW(recorder->record([&](const auto&) {
      value.add(torch::ones({1000}, on_device_));
      throw std::runtime_error("given up");
    }),
                 std::runtime_error);
  }
  const auto pinned = torch::ones({1000}, torch::TensorOptions().pinned_memory(true));
  EXPECT_EQ(torch::rand({10}, on_device_).add(pinned[0].to(device_)).gt(0).sum().item<int>(), 10);
  const auto graph = recorder->record([&](const auto&) { value.add_(1); });
  graph->replay([] {});
  EXPECT_EQ(value[0].item<float>(), 2.0F) << "once rehearsed and once replayed";
}

// A copy to the host waits for the device, which no recording can hold: the stream's recording itself is broken.
TEST_F(GpuQueueTest, ABrokenRecordingLeavesNothingOpen) {
  const auto recorder = make_graph_recorder(device_);
  torch::Tensor value = torch::zeros({1000}, on_device_);
  recorder->rehearse([&] { value.add_(1); });
  EXPECT_ANY_THROW(recorder->record([&](const auto&) { value.add(1).sum().item<float>(); }));
  const auto graph = recorder->record([&](const auto&) { value.add_(1); });
  graph->replay([] {});
  EXPECT_EQ(value[0].item<float>(), 2.0F);
}

TEST_F(GpuQueueTest, RecordersOfOneProcessShareTheirQueues) {
  const auto bytes_behind = [&] {
    const auto recorder = make_graph_recorder(device_);
    recorder->rehearse([&] { work(); });
    measure::synchronize(device_);
    return memory_->current_bytes();  // a workspace of cuBLAS's for each queue that multiplied
  };
  const std::int64_t first = bytes_behind();
  for (int visit = 0; visit < 5; ++visit) EXPECT_EQ(bytes_behind(), first);
  memory_->release_cache();
  EXPECT_LT(memory_->current_bytes(), first);
}

TEST_F(GpuQueueTest, ATimelineAddsUpWhatLiesBetweenItsMarks) {
  const auto timeline = measure::make_timeline(device_);
  constexpr int kMarks = 100;
  timeline->mark();
  for (int mark = 1; mark < kMarks; ++mark) {
    work();
    timeline->mark();
  }
  const auto seconds = timeline->seconds();
  ASSERT_EQ(seconds.size(), static_cast<std::size_t>(kMarks));
  EXPECT_EQ(seconds.front(), 0.0);
  for (const double between : measure::intervals(seconds)) EXPECT_GT(between, 0.0);
}

}  // namespace
}  // namespace scalemark::train
