// What every data set promises to the loader, whatever it reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "core/registered_names.h"
#include "data/dataset.h"
#include "data/jpeg_samples.h"
#include "data/sample_files.h"

namespace scalemark::data {
namespace {

constexpr std::uint32_t kImages = 10;

class DatasetContractTest : public ::testing::TestWithParam<std::string> {
 protected:
  DatasetContractTest() {
    options_.name = GetParam();
    options_.path = folder_.path();
    if (options_.name == "synthetic") options_.images = kImages;
    if (options_.name == "tiny-imagenet") {
      write_tiny_imagenet(folder_, 10, 1);
    } else {
      write_image_folder(folder_, 10, 1);
    }
    for (const std::string prefix : {"train", "t10k"}) {
      folder_.write(prefix + "-images-idx3-ubyte",
                    idx_bytes({kImages, 28, 28}, counting_bytes(std::size_t{kImages} * 784)));
      folder_.write(prefix + "-labels-idx1-ubyte", idx_bytes({kImages}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }
    for (const std::string name : {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"}) {
      Bytes records = cifar_record(3, 10);
      records.insert(records.end(), records.begin(), records.end());
      folder_.write(name + ".bin", records);
    }
  }

  std::unique_ptr<Dataset> open() const { return open_dataset(options_, Split::kTrain); }

  static std::vector<SampleImage> read_all(const Dataset& dataset) {
    std::vector<SampleImage> images;
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
      images.push_back(read_image(dataset, i));
      EXPECT_TRUE(images.back().label >= 0 && images.back().label < dataset.classes());
    }
    return images;
  }

  TemporaryFolder folder_;
  DatasetOptions options_;
};

TEST_P(DatasetContractTest, DescribesItself) {
  const auto dataset = open();
  EXPECT_EQ(dataset->size(), kImages);
  EXPECT_EQ(dataset->classes(), 10);
  EXPECT_EQ(dataset->shape().channels, 3);
  EXPECT_EQ(dataset->shape().height, 32);
  EXPECT_EQ(dataset->shape().width, 32);
  for (int channel = 0; channel < 3; ++channel) {
    EXPECT_GT(dataset->normalization().mean[channel], 0);
    EXPECT_LT(dataset->normalization().mean[channel], 1);
    EXPECT_GT(dataset->normalization().standard_deviation[channel], 0);
  }
}

TEST_P(DatasetContractTest, ReadsTheSameFromManyThreads) {
  const auto dataset = open();
  const auto expected = read_all(*dataset);
  std::vector<std::vector<SampleImage>> seen(3);
  {
    std::vector<std::jthread> threads;
    threads.reserve(seen.size());
    for (auto& images : seen) threads.emplace_back([&] { images = read_all(*dataset); });
  }
  for (const auto& images : seen) EXPECT_EQ(images, expected);
}

TEST_P(DatasetContractTest, KeepsTheFirstImagesWhereFewerAreAskedFor) {
  const auto all = read_all(*open());
  options_.images = 4;
  const auto some = read_all(*open());
  EXPECT_EQ(some, std::vector<SampleImage>(all.begin(), all.begin() + 4));
}

TEST_P(DatasetContractTest, RefusesNoImages) {
  options_.images = 0;
  EXPECT_NE(input_error([&] { open(); }).find("dataset.images: 0 is not possible with"), std::string::npos);
}

TEST_P(DatasetContractTest, RefusesAnIndexThatDoesNotExist) {
  const auto dataset = open();
  EXPECT_THROW(read_image(*dataset, -1), std::out_of_range);
  EXPECT_THROW(read_image(*dataset, dataset->size()), std::out_of_range);
}

TEST_P(DatasetContractTest, GivesTheSameBehindStorageThatWaits) {
  const auto expected = read_all(*open());
  options_.storage = {.latency_seconds = 1e-4, .jitter_seconds = 1e-4, .bandwidth_bytes_per_second = 1e9};
  const auto dataset = open();
  EXPECT_TRUE(dataset->waits_for_storage());
  EXPECT_EQ(read_all(*dataset), expected);
}

std::string test_name(const ::testing::TestParamInfo<std::string>& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(EveryDataset, DatasetContractTest,
                         ::testing::ValuesIn(std::vector<std::string>(kDatasetNames.begin(), kDatasetNames.end())),
                         test_name);

class StoredDatasetTest : public DatasetContractTest {};

TEST_P(StoredDatasetTest, RefusesMoreImagesThanTheTrainingSplitHolds) {
  options_.images = kImages + 1;
  EXPECT_EQ(input_error([&] { open(); }),
            "dataset.images: 11 is not possible with " + GetParam() + "; allowed: all, or 1 to 10");
}

TEST_P(StoredDatasetTest, RefusesAnotherNumberOfClasses) {
  options_.classes = 100;
  EXPECT_EQ(input_error([&] { open(); }), "dataset.classes: 100 is not possible with " + GetParam() + "; allowed: 10");
}

INSTANTIATE_TEST_SUITE_P(EveryStoredDataset, StoredDatasetTest,
                         ::testing::Values("cifar10", "fashion-mnist", "image-folder", "tiny-imagenet"), test_name);

TEST(DatasetTest, ASmallTestSplitIsUsedWhole) {
  TemporaryFolder folder;
  folder.write("test_batch.bin", cifar_record(1, 0));
  const DatasetOptions options{.name = "cifar10", .path = folder.path(), .images = 512};
  EXPECT_EQ(open_dataset(options, Split::kTest)->size(), 1);
}

TEST(DatasetTest, RefusesAnUnknownName) {
  EXPECT_EQ(input_error([] { open_dataset({.name = "imagenet"}, Split::kTrain); }),
            "dataset.name: unknown data set 'imagenet'; allowed: cifar10, fashion-mnist, image-folder, synthetic, "
            "tiny-imagenet");
}

}  // namespace
}  // namespace scalemark::data
