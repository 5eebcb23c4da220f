// What every data set promises to the loader, whatever it reads.
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "data/dataset.h"
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
    for (const std::string prefix : {"train", "t10k"}) {
      folder_.write(prefix + "-images-idx3-ubyte", idx_bytes({kImages, 28, 28}, counting_bytes(kImages * 784)));
      folder_.write(prefix + "-labels-idx1-ubyte", idx_bytes({kImages}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }
    for (const std::string name : {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"}) {
      Bytes records = cifar_record(3, 10);
      records.insert(records.end(), records.begin(), records.end());
      folder_.write(name + ".bin", records);
    }
  }

  std::unique_ptr<Dataset> open() const { return open_dataset(options_, Split::kTrain); }

  std::vector<Bytes> read_all(const Dataset& dataset) const {
    std::vector<Bytes> images;
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
      Bytes pixels(dataset.shape().bytes());
      const std::int64_t label = dataset.read(i, pixels);
      EXPECT_TRUE(label >= 0 && label < dataset.classes());
      images.push_back(std::move(pixels));
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
  std::vector<std::vector<Bytes>> seen(3);
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
  EXPECT_EQ(some, std::vector<Bytes>(all.begin(), all.begin() + 4));
}

TEST_P(DatasetContractTest, RefusesNoImages) {
  options_.images = 0;
  EXPECT_NE(input_error([&] { open(); }).find("dataset.images: 0 is not possible with"), std::string::npos);
}

TEST_P(DatasetContractTest, RefusesAnIndexOrABufferOfTheWrongSize) {
  const auto dataset = open();
  Bytes pixels(dataset->shape().bytes());
  EXPECT_THROW(dataset->read(-1, pixels), std::out_of_range);
  EXPECT_THROW(dataset->read(dataset->size(), pixels), std::out_of_range);
  pixels.pop_back();
  EXPECT_THROW(dataset->read(0, pixels), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(EveryDataset, DatasetContractTest, ::testing::ValuesIn(dataset_names()),
                         [](const auto& name) { return name.param == "fashion-mnist" ? "fashion_mnist" : name.param; });

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

INSTANTIATE_TEST_SUITE_P(EveryStoredDataset, StoredDatasetTest, ::testing::Values("cifar10", "fashion-mnist"),
                         [](const auto& name) { return name.param == "fashion-mnist" ? "fashion_mnist" : name.param; });

TEST(DatasetTest, ASmallTestSplitIsUsedWhole) {
  TemporaryFolder folder;
  folder.write("test_batch.bin", cifar_record(1, 0));
  const DatasetOptions options{.name = "cifar10", .path = folder.path(), .images = 512};
  EXPECT_EQ(open_dataset(options, Split::kTest)->size(), 1);
}

TEST(DatasetTest, RefusesAnUnknownName) {
  EXPECT_EQ(input_error([] { open_dataset({.name = "imagenet"}, Split::kTrain); }),
            "dataset.name: unknown data set 'imagenet'; allowed: cifar10, fashion-mnist, synthetic");
}

}  // namespace
}  // namespace scalemark::data
