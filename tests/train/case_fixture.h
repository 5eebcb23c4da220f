#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "comm/backend.h"
#include "comm/forwarding_communicator.h"
#include "measure/memory_meter.h"
#include "train/case_measurement.h"
#include "train/cases.h"

namespace scalemark::train {

inline const at::Device kCpu(at::kCPU);

/// Counts the reductions that it hands on.
class CountingCommunicator : public comm::ForwardingCommunicator {
 public:
  using ForwardingCommunicator::all_reduce;
  using ForwardingCommunicator::ForwardingCommunicator;
  std::unique_ptr<comm::Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    ++reductions;
    return ForwardingCommunicator::all_reduce(input, output);
  }

  int reductions = 0;
};

class CaseMeasurementTest : public ::testing::Test {
 protected:
  config::CaseConfig config() const {
    auto config = rank_invariant_case(control_.size(), 4 * control_.size(), config::Precision::kFp32);
    config.dataset.images = 64;
    config.measure = {.warmup_steps = 1,
                      .steps = 3,
                      .repetitions = 2,
                      .epochs = 0,
                      .arms = {Arm::kFull, Arm::kNoSync, Arm::kCommOnly, Arm::kCachedInput},
                      .evaluate = false};
    return config;
  }

  CaseContext context() {
    auto images = config().dataset;
    const auto training_set = open_images(images, data::Split::kTrain);
    images.images = 31;  // uneven over 2 ranks, and no multiple of a batch
    const auto test_set = open_images(images, data::Split::kTest);
    return {kCpu, *communicator_, control_, *memory_, watch_, nobody_, training_set, test_set};
  }

  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> communicator_ = comm::make_communicator(kCpu);
  std::unique_ptr<measure::MemoryMeter> memory_ = measure::make_memory_meter(kCpu);
  measure::MachineWatch watch_{""};
  CaseObserver nobody_;
};

}  // namespace scalemark::train
