// A whole case on a GPU: with graphs and without, with images in its memory and from the host, on 1, 2 and 4 NCCL
// ranks, on one GPU where there are no more.

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "comm/backend_under_test.h"
#include "measure/device.h"
#include "measure/memory_meter.h"
#include "train/case_measurement.h"
#include "train/cases.h"

namespace scalemark::train {
namespace {

using config::Switch;

class GpuCaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = comm::why_backend_cannot_run(); !reason.empty()) GTEST_SKIP() << reason;
    device_ = comm::device_under_test();
    world_ = comm::make_backend_under_test();
    memory_ = measure::make_memory_meter(device_);
  }

  config::CaseConfig config(config::Precision precision, Switch cuda_graph, Switch resident) const {
    auto config = rank_invariant_case(control_.size(), 8 * control_.size(), precision);
    config.train.cuda_graph = cuda_graph;
    config.dataset.resident = resident;
    config.dataset.image_size = 32;
    config.loader.workers = 2;
    config.measure.warmup_steps = 2;
    config.measure.steps = 8;
    config.measure.arms = {Arm::kNoSync, Arm::kFull, Arm::kCommOnly, Arm::kCachedInput};
    return config;
  }

  RepetitionSamples samples(const config::CaseConfig& config) {
    const auto images = open_images(config.dataset, data::Split::kTrain);
    return CaseMeasurement(config, {device_, *world_, control_, *memory_, watch_, nobody_, images, nullptr}).run(0);
  }

  static void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t step = 0; step < found.size(); ++step) EXPECT_NEAR(found[step], expected[step], tolerance) << step;
  }

  // How far before the step's end that is depends on the GPU: a graph's end of backward is marked beside the graph.
  static void expect_backward_behind_input(const RepetitionSamples& samples) {
    for (const auto& [arm, steps] : samples.step_seconds) {
      if (!samples.backward_end_seconds.contains(arm)) continue;
      const auto& input = samples.input_wait_seconds.at(arm);
      const auto& backward = samples.backward_end_seconds.at(arm);
      ASSERT_EQ(backward.size(), steps.size());
      for (std::size_t step = 0; step < steps.size(); ++step) {
        EXPECT_GE(input[step], 0) << arm;
        EXPECT_GT(backward[step], input[step]) << arm;
      }
    }
  }

  static std::int64_t total_of(const std::vector<std::int64_t>& bytes) {
    return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
  }

  at::Device device_{at::kCPU};
  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> world_;
  std::unique_ptr<measure::MemoryMeter> memory_;
  measure::MachineWatch watch_{""};
  CaseObserver nobody_;
};

TEST_F(GpuCaseTest, GraphsTrainAsQueuedOperationsDo) {
  for (const auto precision : {config::Precision::kFp64, config::Precision::kFp32, config::Precision::kFp16}) {
    const RepetitionSamples eager = samples(config(precision, Switch::kOff, Switch::kOff));
    const RepetitionSamples graphed = samples(config(precision, Switch::kAuto, Switch::kOff));
    EXPECT_EQ(graphed.not_graphed, "") << "the steps were not recorded";
    EXPECT_EQ(eager.not_graphed, "train.cuda_graph is false");
    EXPECT_TRUE(graphed.backward_end_seconds.contains("full"));
    expect_backward_behind_input(eager);
    expect_backward_behind_input(graphed);
    const bool fp64 = precision == config::Precision::kFp64;
    expect_near(graphed.loss, eager.loss, fp64 ? 1e-9 : 1e-2);
    EXPECT_GT(graphed.peak_memory_bytes, eager.peak_memory_bytes / 2) << "replays allocate nothing; the recording did";
  }
}

TEST_F(GpuCaseTest, AGraphFollowsTheSchedule) {
  auto scheduled = config(config::Precision::kFp32, Switch::kOff, Switch::kOff);
  scheduled.train.schedule = config::Schedule::kOneCycle;
  const RepetitionSamples eager = samples(scheduled);
  scheduled.train.cuda_graph = Switch::kAuto;
  expect_near(samples(scheduled).loss, eager.loss, 1e-3);
}

TEST_F(GpuCaseTest, ResidentImagesTrainAsLoadedOnes) {
  auto loaded = config(config::Precision::kFp64, Switch::kAuto, Switch::kOff);
  loaded.dataset.augmentation = config::Augmentation::kPadCropFlip;
  auto resident = loaded;
  resident.dataset.resident = Switch::kAuto;
  const RepetitionSamples with = samples(resident);
  EXPECT_EQ(with.not_resident, "");
  expect_near(with.loss, samples(loaded).loss, 1e-9);
}

// The same global batch is the same training: every rank's loss is its own, their mean is one rank's.
TEST_F(GpuCaseTest, GraphsAreRankInvariant) {
  auto whole = config(config::Precision::kFp64, Switch::kAuto, Switch::kAuto);
  const RepetitionSamples all = samples(whole);
  std::vector<double> mean;
  for (const double loss : all.loss) mean.push_back(control_.sum(loss) / control_.size());
  const auto single = world_->split(1);
  const auto single_control = control_.split(1);
  if (single == nullptr) return;
  whole.batch_per_gpu *= whole.gpus;
  whole.gpus = 1;
  const std::shared_ptr<const data::Dataset> images =
      data::open_dataset({.name = "synthetic", .images = 256}, data::Split::kTrain);
  const RepetitionSamples alone =
      CaseMeasurement(whole, {device_, *single, single_control, *memory_, watch_, nobody_, images, nullptr}).run(0);
  expect_near(alone.loss, mean, 1e-9);
}

// Each reduction rounds what it moves once more: the first loss knows nothing of it yet, later ones a little.
TEST_F(GpuCaseTest, CompressedGradientsTrainNearlyAsWholeOnes) {
  auto hooked = config(config::Precision::kFp32, Switch::kAuto, Switch::kAuto);
  const RepetitionSamples whole = samples(hooked);
  for (const auto& [hook, relative_error] :
       {std::pair{config::CommHook::kFp16, 0x1p-11}, std::pair{config::CommHook::kBf16, 0x1p-8}}) {
    hooked.train.comm_hook = hook;
    const RepetitionSamples compressed = samples(hooked);
    EXPECT_EQ(compressed.not_graphed, "");
    const int narrower = control_.size() > 1 ? 2 : 1;
    EXPECT_EQ(narrower * total_of(compressed.bucket_bytes), total_of(whole.bucket_bytes));
    expect_near(compressed.loss, whole.loss, 4 * relative_error * whole.loss.front());
  }
}

// As a sweep has them: a case, its end, and what it leaves behind.
TEST_F(GpuCaseTest, TwentyVisitsLeaveNoMoreMemoryTakenThanTwo) {
  const auto visited = config(config::Precision::kFp32, Switch::kAuto, Switch::kAuto);
  const std::int64_t free_before = measure::free_memory_bytes(device_);
  std::vector<std::int64_t> peaks;
  std::vector<std::int64_t> held;
  std::vector<std::int64_t> free;
  for (int visit = 0; visit < 20; ++visit) {
    peaks.push_back(samples(visited).peak_memory_bytes);
    memory_->release_cache();
    held.push_back(memory_->current_bytes());
    control_.barrier();  // ranks may share the GPU
    free.push_back(measure::free_memory_bytes(device_));
  }
  EXPECT_EQ(peaks.back(), peaks[1]);
  EXPECT_EQ(held.back(), held[1]);
  // The driver's own figure, in which the context and libraries' code are too.
  const auto taken = static_cast<double>(free_before - free[1] + peaks[1]);
  EXPECT_NEAR(static_cast<double>(free.back()), static_cast<double>(free[1]), 0.02 * taken);
}

}  // namespace
}  // namespace scalemark::train
