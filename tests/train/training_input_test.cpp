#include "train/training_input.h"

#include <gtest/gtest.h>

#include "train/cases.h"

namespace scalemark::train {
namespace {

constexpr std::int64_t kBytesPerImage = 3 * 16 * 16 + 8;  // pixels and a label
constexpr std::int64_t kImages = 64;

class WhyNotResident : public ::testing::Test {
 protected:
  WhyNotResident() { config_.dataset.images = kImages; }

  std::string on_gpu(std::int64_t least_free_bytes) const {
    return why_not_resident(config_, *open_images(config_.dataset, data::Split::kTrain), {at::kCUDA, 0},
                            least_free_bytes);
  }

  config::CaseConfig config_ = rank_invariant_case(2, 8, config::Precision::kFp32);
};

TEST_F(WhyNotResident, AQuarterOfTheLeastFreeMemoryDecides) {
  const std::int64_t enough = 4 * kImages * kBytesPerImage;
  EXPECT_EQ(on_gpu(enough), "");
  EXPECT_NE(on_gpu(enough - 1).find("are more than 25 % of"), std::string::npos) << on_gpu(enough - 1);
}

TEST_F(WhyNotResident, WhatWasAskedForByNameIsTried) {
  config_.dataset.resident = config::Switch::kOn;
  EXPECT_EQ(on_gpu(0), "");
}

TEST_F(WhyNotResident, WhatIsResizedByTheHostIsNot) {
  config_.dataset.resident = config::Switch::kOn;
  config_.dataset.augmentation = config::Augmentation::kPadCropFlip;
  EXPECT_EQ(on_gpu(0), "");
  config_.dataset.augmentation = config::Augmentation::kRandomResizedCropFlip;
  EXPECT_NE(on_gpu(0).find("random-resized-crop-flip"), std::string::npos);
  EXPECT_EQ(loader_options(config_, at::kCPU).augmentation, data::Augmentation::kRandomResizedCropFlip);
}

}  // namespace
}  // namespace scalemark::train
