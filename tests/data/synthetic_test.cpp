#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "data/dataset.h"
#include "data/sample_files.h"
#include "data/split_mix.h"

namespace scalemark::data {
namespace {

std::unique_ptr<Dataset> open(DatasetOptions options, Split split = Split::kTrain) {
  options.name = "synthetic";
  return open_dataset(options, split);
}

Bytes image(const Dataset& dataset, std::int64_t index) { return read_image(dataset, index).pixels; }

TEST(SplitMixTest, GivesThePublishedSequence) {
  // The first values for the seed 1234567 of the authors' reference implementation.
  SplitMix random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(SyntheticTest, HasTheUsualSizes) {
  EXPECT_EQ(open({})->size(), 50'000);
  EXPECT_EQ(open({}, Split::kTest)->size(), 10'000);
  EXPECT_EQ(open({.images = 123'456})->size(), 123'456);
}

TEST(SyntheticTest, DependsOnSeedSplitAndIndexAlone) {
  const auto dataset = open({.seed = 7});
  EXPECT_EQ(image(*dataset, 5), image(*open({.images = 6, .seed = 7}), 5));
  EXPECT_NE(image(*dataset, 5), image(*dataset, 6));
  EXPECT_NE(image(*dataset, 5), image(*open({.seed = 8}), 5));
  EXPECT_NE(image(*dataset, 5), image(*open({.seed = 7}, Split::kTest), 5));
}

TEST(SyntheticTest, GivesAnyImageSizeAndNumberOfClasses) {
  for (const int image_size : {1, 3, 33, 224}) {
    const auto dataset = open({.images = 50, .image_size = image_size, .classes = 3});
    EXPECT_EQ(dataset->shape().bytes(), 3 * image_size * image_size);
    std::array<int, 3> histogram{};
    for (int i = 0; i < 50; ++i) ++histogram.at(read_image(*dataset, i).label);
    for (const int count : histogram) EXPECT_GT(count, 5);
  }
}

/// Mean pixels of each class over the first `images` of the training split.
std::vector<std::vector<double>> class_means(const Dataset& dataset, int images) {
  std::vector<std::vector<double>> means(dataset.classes(), std::vector<double>(dataset.shape().bytes()));
  std::vector<double> counts(dataset.classes());
  for (int i = 0; i < images; ++i) {
    const auto [label, height, width, pixels] = read_image(dataset, i);
    ++counts[label];
    for (std::size_t p = 0; p < pixels.size(); ++p) means[label][p] += pixels[p];
  }
  for (std::size_t label = 0; label < means.size(); ++label) {
    for (double& value : means[label]) value /= counts[label];
  }
  return means;
}

int nearest(const std::vector<std::vector<double>>& means, const Bytes& pixels) {
  int best = -1;
  double best_distance = std::numeric_limits<double>::infinity();
  for (std::size_t label = 0; label < means.size(); ++label) {
    double distance = 0;
    for (std::size_t p = 0; p < pixels.size(); ++p) distance += std::pow(pixels[p] - means[label][p], 2);
    if (distance < best_distance) {
      best = static_cast<int>(label);
      best_distance = distance;
    }
  }
  return best;
}

TEST(SyntheticTest, ClassesCanBeLearntFromTrainingImages) {
  const auto means = class_means(*open({}), 400);
  const auto test = open({}, Split::kTest);
  int right = 0;
  for (int i = 0; i < 100; ++i) {
    const SampleImage image = read_image(*test, i);
    right += nearest(means, image.pixels) == image.label ? 1 : 0;
  }
  EXPECT_GT(right, 95);
}

TEST(SyntheticTest, RefusesSizesThatMakeNoSense) {
  EXPECT_EQ(input_error([] { open({.images = 0}); }),
            "dataset.images: 0 is not possible with synthetic; allowed: 1 to 1099511627776");
  EXPECT_EQ(input_error([] { open({.image_size = -1}); }),
            "dataset.image_size: -1 is not possible with synthetic; allowed: 1 to 4096");
  EXPECT_EQ(input_error([] { open({.classes = 0}); }),
            "dataset.classes: 0 is not possible with synthetic; allowed: 1 to 65536");
}

}  // namespace
}  // namespace scalemark::data
