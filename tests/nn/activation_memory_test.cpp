// Peak memory to the byte, by the allocator that counts: what each further image of a batch adds to a training step.

#include <gtest/gtest.h>

#include <memory>

#include "measure/memory_meter.h"
#include "nn/revnet.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

constexpr double kMegabyte = 1e6;

class ActivationMemory : public testing::Test {
 protected:
  double peak_bytes(Network& network, std::int64_t batch, int image_size) {
    meter_->reset_peak();
    training_step(network, batch, image_size);
    return static_cast<double>(meter_->peak_bytes());
  }

  /// The slope between two batch sizes. The first step, which is not counted, meets what stays.
  double megabytes_per_image(Network& network, int image_size, std::int64_t small, std::int64_t large) {
    network.train();
    training_step(network, small, image_size);
    const double difference = peak_bytes(network, large, image_size) - peak_bytes(network, small, image_size);
    return difference / static_cast<double>(large - small) / kMegabyte;
  }

 private:
  std::unique_ptr<measure::MemoryMeter> meter_ = measure::make_memory_meter(c10::Device(c10::kCPU));
};

TEST_F(ActivationMemory, OfResNet18At224) {
  constexpr int kImageSize = 224;
  const auto plain = make_network("resnet18", {.image_size = kImageSize});
  EXPECT_LT(megabytes_per_image(*plain, kImageSize, 1, 3), 22.5);
  const auto checkpointing = make_network("resnet18", {.image_size = kImageSize, .checkpointing = true});
  EXPECT_LT(megabytes_per_image(*checkpointing, kImageSize, 1, 3), 10.25) << "published: 5.25 GB at 512 images";
}

TEST_F(ActivationMemory, HoldsNoMapBetweenTheStemAndItsPooling) {
  constexpr int kImageSize = 224;
  constexpr double kMap = 4 * 64 * 112 * 112 / kMegabyte;
  constexpr double kPooledValues = 64 * 56 * 56 / kMegabyte;  // an index of 8 bytes each, or a place of 1
  const auto slope = [&](bool fused) {
    const auto network = make_network("resnet18", {.image_size = kImageSize, .fused = fused});
    for (auto& parameter : network->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }
    return megabytes_per_image(*network, kImageSize, 1, 3);
  };
  EXPECT_NEAR(slope(false) - slope(true), kMap + 7 * kPooledValues, 0.1);
}

TEST_F(ActivationMemory, OfARevNetDoesNotGrowWithItsDepth) {
  const auto slope = [this](std::int64_t units, bool recompute) {
    const auto network =
        std::make_shared<RevNet>(RevNetOptions{.units = {units, units, units}, .recompute = recompute});
    return megabytes_per_image(*network, 16, 2, 4);
  };
  const double of_3 = slope(3, true);
  EXPECT_NEAR(slope(18, true) / of_3, 1, 0.01);
  EXPECT_GT(slope(18, false) / slope(3, false), 4) << "stored, it does";
}

}  // namespace
}  // namespace scalemark::nn
