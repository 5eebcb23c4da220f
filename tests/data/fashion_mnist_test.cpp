#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "data/dataset.h"
#include "data/sample_files.h"

namespace scalemark::data {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint32_t kFashionImages = 4;

class FashionMnistTest : public ::testing::Test {
 protected:
  void write_images(const Bytes& bytes) { folder_.write("train-images-idx3-ubyte.gz", bytes); }
  void write_labels(const Bytes& bytes) { folder_.write("train-labels-idx1-ubyte.gz", bytes); }

  void write_good() {
    write_images(gzip(idx_bytes({kFashionImages, 28, 28}, values_)));
    write_labels(gzip(idx_bytes({kFashionImages}, {9, 0, 3, 7})));
  }

  std::unique_ptr<Dataset> open(int image_size = 32) {
    return open_dataset({.name = "fashion-mnist", .path = folder_.path(), .images = {}, .image_size = image_size},
                        Split::kTrain);
  }
  std::string open_error() {
    return input_error([&] { open(); });
  }

  TemporaryFolder folder_;
  const Bytes values_ = counting_bytes(std::size_t{kFashionImages} * 28 * 28);
};

TEST_F(FashionMnistTest, PadsToThirtyTwoAndRepeatsTheChannel) {
  write_good();
  const auto dataset = open();
  ASSERT_EQ(dataset->size(), kFashionImages);
  ASSERT_EQ(dataset->shape().bytes(), 3 * 32 * 32);
  const SampleImage image = read_image(*dataset, 2);
  EXPECT_EQ(image.label, 3);
  ASSERT_EQ(image.pixels.size(), 3 * 32 * 32);
  for (int i = 0; i < 3 * 32 * 32; ++i) {
    const int y = i / 3 / 32 - 2;
    const int x = i / 3 % 32 - 2;
    const bool border = y < 0 || y >= 28 || x < 0 || x >= 28;
    ASSERT_EQ(image.pixels[i], border ? 0 : (2 * 784 + y * 28 + x) % 251) << "byte " << i;
  }
}

TEST_F(FashionMnistTest, KeepsTwentyEightWhereAskedTo) {
  write_good();
  const auto dataset = open(28);
  const SampleImage image = read_image(*dataset, 0);
  EXPECT_EQ(image.label, 9);
  for (int i = 0; i < 3 * 784; ++i) ASSERT_EQ(image.pixels[i], i / 3 % 251);
}

TEST_F(FashionMnistTest, ReadsUnpackedFilesToo) {
  folder_.write("train-images-idx3-ubyte", idx_bytes({kFashionImages, 28, 28}, values_));
  folder_.write("train-labels-idx1-ubyte", idx_bytes({kFashionImages}, {9, 0, 3, 7}));
  EXPECT_EQ(open()->size(), kFashionImages);
}

TEST_F(FashionMnistTest, NamesWhatIsMissingAndWhereToGetIt) {
  EXPECT_THAT(open_error(),
              AllOf(HasSubstr("train-images-idx3-ubyte[.gz] and train-labels-idx1-ubyte[.gz] is missing"),
                    HasSubstr(folder_.path().string()), HasSubstr("apt-get install dataset-fashion-mnist"),
                    HasSubstr("t10k-labels-idx1-ubyte.gz")));
  write_images(gzip(idx_bytes({kFashionImages, 28, 28}, values_)));
  EXPECT_THAT(open_error(), AllOf(HasSubstr("fashion-mnist: train-labels-idx1-ubyte[.gz] is missing"),
                                  Not(HasSubstr("images-idx3-ubyte[.gz]"))));
}

TEST_F(FashionMnistTest, RefusesCountsThatDoNotAgree) {
  write_good();
  write_labels(idx_bytes({kFashionImages - 1}, {9, 0, 3}));
  EXPECT_THAT(open_error(), EndsWith("train-labels-idx1-ubyte.gz: offset 4: 3 labels; expected 4, the number of images "
                                     "in train-images-idx3-ubyte.gz"));
}

TEST_F(FashionMnistTest, RefusesALabelOutOfRange) {
  write_good();
  write_labels(gzip(idx_bytes({kFashionImages}, {9, 0, 10, 7})));
  EXPECT_THAT(open_error(),
              EndsWith("train-labels-idx1-ubyte.gz: offset 10 of the uncompressed data: label 10; expected 0 to 9"));
}

TEST_F(FashionMnistTest, RefusesImagesOfAnotherSize) {
  write_good();
  write_images(gzip(idx_bytes({kFashionImages, 28, 14}, counting_bytes(std::size_t{kFashionImages} * 28 * 14))));
  EXPECT_THAT(open_error(), EndsWith("offset 12 of the uncompressed data: images of 28 x 14 pixels; expected 28 x 28"));
}

TEST_F(FashionMnistTest, RefusesAnEmptySet) {
  write_images(idx_bytes({0, 28, 28}, {}));
  write_labels(idx_bytes({0}, {}));
  EXPECT_THAT(open_error(), EndsWith("train-images-idx3-ubyte.gz: offset 4: no images; expected at least one"));
}

TEST_F(FashionMnistTest, RefusesAnImageSizeItCannotGive) {
  write_good();
  EXPECT_EQ(input_error([&] { open(64); }),
            "dataset.image_size: 64 is not possible with fashion-mnist; allowed: 28, 32");
}

class RealFashionMnistTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(default_path("fashion-mnist")))
      GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  }
  static std::unique_ptr<Dataset> open(Split split) {
    return open_dataset({.name = "fashion-mnist", .path = {}, .images = {}, .image_size = 28}, split);
  }
};

TEST_F(RealFashionMnistTest, HoldsTheImagesThatItsAuthorsDescribe) {
  // Xiao et al. 2017: 60,000 and 10,000 images, the same number of each class.
  for (const auto& [split, per_class] : {std::pair{Split::kTrain, 6000}, {Split::kTest, 1000}}) {
    const auto dataset = open(split);
    EXPECT_EQ(dataset->size(), 10 * per_class);
    std::array<int, 10> histogram{};
    ImageScratch scratch;
    for (std::int64_t i = 0; i < dataset->size(); ++i) ++histogram.at(dataset->read(i, scratch).label);
    EXPECT_THAT(histogram, ::testing::Each(per_class));
  }
}

TEST_F(RealFashionMnistTest, NormalizesToMeanZeroAndDeviationOne) {
  const auto dataset = open(Split::kTrain);
  ImageScratch scratch;
  double sum = 0;
  double sum_of_squares = 0;
  for (std::int64_t i = 0; i < dataset->size(); ++i) {
    const ImageView image = dataset->read(i, scratch);
    for (std::size_t p = 0; p < 784; ++p) {
      const double value = image.pixels[3 * p] / 255.0;
      sum += value;
      sum_of_squares += value * value;
    }
  }
  const double mean = sum / (784.0 * 60000);
  const double deviation = std::sqrt(sum_of_squares / (784.0 * 60000) - mean * mean);
  EXPECT_NEAR(dataset->normalization().mean[0], mean, 6e-5);
  EXPECT_NEAR(dataset->normalization().standard_deviation[0], deviation, 6e-5);
}

}  // namespace
}  // namespace scalemark::data
