#include "nn/network_work.h"

#include <gtest/gtest.h>

#include <array>

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
