// fp16 with a gradient scaler: what one rank cannot represent, no rank trains on.

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "comm/backend.h"
#include "monitor/control_group.h"
#include "train/cases.h"
#include "train/trainer.h"

namespace scalemark::train {
namespace {

class GradientScaling : public ::testing::Test {
 protected:
  void SetUp() override {
    trainer_.probe(images_);
    trainer_.connect();
  }

  config::CaseConfig config() const {
    auto config = rank_invariant_case(control_.size(), 2 * control_.size(), config::Precision::kFp16);
    config.train.optimizer = "adam";
    return config;
  }

  // 16x16, because LibTorch emulates fp16 convolutions on most CPUs.
  data::Batch batch(float pixel_of_last_rank) const {
    auto images = torch::randn({2, 3, 16, 16});
    if (control_.rank() == control_.size() - 1) images.fill_(pixel_of_last_rank);
    return {images.to(at::kHalf), torch::tensor({1, 2}, at::kLong)};
  }

  // Whether the step was left out.
  bool step(const BatchSource& source) {
    loss_ = trainer_.step(source, Reduction::kOverlapped, nobody_).item<double>();
    return trainer_.skipped().item<float>() != 0;
  }

  double sum_of_parameters() {
    double sum = 0;
    for (const auto& parameter : trainer_.network().parameters()) sum += parameter.detach().sum().item<double>();
    return sum;
  }

  bool same_on_every_rank(double value) const {
    const auto by_rank = control_.gather(std::vector<double>{value});
    return std::all_of(by_rank.begin(), by_rank.end(), [&](const auto& of_rank) { return of_rank.front() == value; });
  }

  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> communicator_ = comm::make_communicator(at::Device(at::kCPU));
  const data::Batch good_batch_ = batch(0.5F);
  const data::Batch bad_batch_ = batch(std::numeric_limits<float>::infinity());
  BatchSource images_ = [this] { return good_batch_; };
  BatchSource overflow_ = [this] { return bad_batch_; };
  measure::StepObserver nobody_;
  Trainer trainer_{config(), at::Device(at::kCPU), *communicator_, 100};
  double loss_ = 0;
};

TEST_F(GradientScaling, WhatIsNotFiniteOnOneRankIsLeftOutOnAll) {
  const double before = sum_of_parameters();
  EXPECT_TRUE(step(overflow_));
  EXPECT_EQ(std::isfinite(loss_), control_.rank() != control_.size() - 1) << "only one rank can see it in its loss";
  EXPECT_EQ(sum_of_parameters(), before);
}

TEST_F(GradientScaling, TrainsOnceTheScaleHasBackedOff) {
  const double before = sum_of_parameters();
  int skipped = 0;
  while (step(images_)) ASSERT_LT(++skipped, 20);
  EXPECT_NE(sum_of_parameters(), before);
  EXPECT_TRUE(same_on_every_rank(sum_of_parameters()));
  EXPECT_TRUE(std::isfinite(loss_));
}

TEST_F(GradientScaling, ARestoreGivesTheScaleBack) {
  const auto train = [&] {
    std::vector<double> series;
    for (const auto& source : {images_, overflow_, images_, images_}) series.push_back(step(source));
    series.push_back(sum_of_parameters());
    return series;
  };
  const auto first = train();
  for (int i = 0; i < 3; ++i) step(overflow_);  // a scale that was kept would be 8 times smaller
  trainer_.restore();
  EXPECT_EQ(train(), first);
}

}  // namespace
}  // namespace scalemark::train
