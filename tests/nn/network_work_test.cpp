#include "nn/network_work.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <array>
#include <string>

namespace scalemark::nn {
namespace {

std::int64_t convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t side_out) {
  return 2 * in * out * kernel * kernel * side_out * side_out;
}

/// ResNet-18 by its published table: blocks of two 3x3 convolutions, a 1x1 shortcut where a stage halves the image.
std::int64_t resnet18_after_stem(std::int64_t side, std::int64_t classes) {
  std::int64_t flops = 0;
  std::int64_t in = 64;
  for (const std::int64_t width : std::array<std::int64_t, 4>{64, 128, 256, 512}) {
    if (width != 64) {
      side /= 2;
      flops += convolution(in, width, 1, side);
    }
    flops += convolution(in, width, 3, side) + 3 * convolution(width, width, 3, side);
    in = width;
  }
  return flops + 2 * in * classes;
}

TEST(NetworkWork, OfResNet18IsThatOfItsPublishedTable) {
  const NetworkWork small = work_per_image("resnet18", {.image_size = 32, .classes = 10});
  const std::int64_t cifar_stem = convolution(3, 64, 3, 32);
  EXPECT_EQ(small.forward_flops, cifar_stem + resnet18_after_stem(32, 10));
  EXPECT_EQ(small.training_flops, 3 * small.forward_flops - cifar_stem);

  const NetworkWork large = work_per_image("resnet18", {.image_size = 224, .classes = 1000});
  EXPECT_EQ(large.forward_flops, convolution(3, 64, 7, 112) + resnet18_after_stem(56, 1000));
  EXPECT_EQ(large.forward_flops, std::int64_t{2} * 1'814'073'344)
      << "as fvcore counts multiplications in torchvision's";
}

/// What a convolution and the norm behind it read and write: forward x and y each, backward the gradient of y, x and
/// the gradient of x each.
std::int64_t convolution_and_norm_values(std::int64_t in, std::int64_t out) { return (3 * in + 2 * out) + 5 * out; }

std::int64_t resnet18_values(std::int64_t classes) {
  constexpr std::int64_t kImage = 3 * 32 * 32;
  std::int64_t side = 32;
  std::int64_t in = 64 * side * side;
  std::int64_t values = convolution_and_norm_values(kImage, in) - kImage;  // nobody asks for the image's gradient
  for (const std::int64_t width : std::array<std::int64_t, 4>{64, 128, 256, 512}) {
    if (width != 64) side /= 2;
    const std::int64_t out = width * side * side;
    if (width != 64) values += convolution_and_norm_values(in, out);  // on the shortcut
    values += convolution_and_norm_values(in, out) + 3 * convolution_and_norm_values(out, out);
    values += 2 * (2 * out);  // two shortcuts: read forward, their gradients written backward
    in = out;
  }
  return values + 2 * (in + 512) + 3 * 512 + 2 * classes;
}

TEST(NetworkWork, MovesWhatTheLayersOfItsPublishedTableReadAndWrite) {
  EXPECT_EQ(work_per_image("resnet18", {.image_size = 32, .classes = 10}).training_values, resnet18_values(10));
}

/// MobileNetV2 by table 2 of its paper: rows of expansion, channels, blocks and the stride of the first.
std::int64_t mobilenet_v2_flops(std::int64_t side, std::int64_t classes) {
  constexpr std::array<std::array<std::int64_t, 4>, 7> kTable{
      {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}};
  side /= 2;
  std::int64_t in = 32;
  std::int64_t flops = convolution(3, in, 3, side);
  for (const auto& [expansion, channels, blocks, first_stride] : kTable) {
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::int64_t hidden = expansion * in;
      if (expansion > 1) flops += convolution(in, hidden, 1, side);
      if (block == 0) side /= first_stride;
      flops += convolution(1, hidden, 3, side) + convolution(hidden, channels, 1, side);
      in = channels;
    }
  }
  return flops + convolution(in, 1280, 1, side) + 2 * 1280 * classes;
}

TEST(NetworkWork, OfMobileNetV2IsThatOfItsPublishedTable) {
  const NetworkWork work = work_per_image("mobilenet_v2", {.image_size = 224, .classes = 1000});
  EXPECT_EQ(work.forward_flops, mobilenet_v2_flops(224, 1000));
  EXPECT_NEAR(static_cast<double>(work.forward_flops) / 2, 300e6, 1e6) << "the paper's 300M multiply-adds (table 4)";
}

TEST(NetworkWork, OfVgg16IsThePublishedOne) {
  std::int64_t side = 224;
  std::int64_t in = 3;
  std::int64_t flops = 0;
  for (const auto& [channels, convolutions] :
       std::array<std::array<std::int64_t, 2>, 5>{{{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}}) {
    for (std::int64_t i = 0; i < convolutions; ++i) {
      flops += convolution(in, channels, 3, side);
      in = channels;
    }
    side /= 2;
  }
  flops += 2 * (25088 * 4096 + 4096 * 4096 + 4096 * 1000);
  const NetworkWork work = work_per_image("vgg16", {.image_size = 224, .classes = 1000});
  EXPECT_EQ(work.forward_flops, flops);
  EXPECT_NEAR(static_cast<double>(work.forward_flops) / 2, 15.47e9, 0.005e9)
      << "torchvision's 15.47 giga multiply-adds";
}

/// Products that no registered network has, each of weights or of maps.
class Products final : public Network {
 public:
  Products() {
    projection_ = register_parameter("projection", torch::randn({3, 5}));
    upsampling_ = register_parameter("upsampling", torch::randn({3, 4, 2, 2}));
  }
  torch::Tensor forward(const torch::Tensor& images) override {
    const torch::Tensor larger = torch::conv_transpose2d(images, upsampling_, {}, /*stride=*/2);
    const torch::Tensor pixels = images.flatten(2).transpose(1, 2);  // [1, pixels, 3]
    const torch::Tensor tokens = torch::matmul(pixels, projection_);
    return torch::scaled_dot_product_attention(tokens, tokens, tokens).sum() + larger.sum();
  }

 private:
  torch::Tensor projection_, upsampling_;
};

TEST(NetworkWork, OfAnyNetworkIsOfWhatItCalls) {
  Products network;
  constexpr std::int64_t kPixels = 4 * 4;
  const std::int64_t multiply_adds = kPixels * 3 * 4 * 2 * 2 + kPixels * 3 * 5 + kPixels * kPixels * (5 + 5);
  EXPECT_EQ(work_per_image(network, 4).forward_flops, 2 * multiply_adds);
  EXPECT_TRUE(network.is_training()) << "as it was";
}

class Distances final : public Network {
 public:
  Distances() { centres_ = register_parameter("centres", torch::randn({4, 3})); }
  torch::Tensor forward(const torch::Tensor& images) override {
    return torch::cdist(images.flatten(2).transpose(1, 2), centres_);
  }

 private:
  torch::Tensor centres_;
};

TEST(NetworkWork, OfAnOperatorThatIsNotKnownIsRefusedAndNotZero) {
  Distances network;
  try {
    work_per_image(network, 4);
    FAIL() << "no error";
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what()).find("centres"), std::string::npos) << error.what();
  }
}

TEST(NetworkWork, CountsWhatIsComputedTwiceOnce) {
  const NetworkOptions plain{.image_size = 32, .classes = 10};
  NetworkOptions checkpointing = plain;
  checkpointing.checkpointing = true;
  EXPECT_EQ(work_per_image("resnet10", checkpointing).training_flops, work_per_image("resnet10", plain).training_flops);
  EXPECT_EQ(work_per_image("resnet10", checkpointing).training_values,
            work_per_image("resnet10", plain).training_values);
  EXPECT_GT(work_per_image("revnet-3-3-3", plain).forward_flops, 0);
}

}  // namespace
}  // namespace scalemark::nn
