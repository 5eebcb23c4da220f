#include <gmock/gmock.h>

#include "data/dataset.h"
#include "data/sample_files.h"

namespace scalemark::data {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Cifar10Test : public ::testing::Test {
 protected:
  Cifar10Test() {
    for (std::uint8_t file = 1; file <= 5; ++file) {
      Bytes bytes = cifar_record(file, file);
      const Bytes second = cifar_record(file - 1, static_cast<std::uint8_t>(100 + file));
      bytes.insert(bytes.end(), second.begin(), second.end());
      folder_.write("data_batch_" + std::to_string(file) + ".bin", bytes);
    }
    folder_.write("test_batch.bin", cifar_record(9, 200));
  }

  std::unique_ptr<Dataset> open(Split split = Split::kTrain, int image_size = 32) {
    return open_dataset({.name = "cifar10", .path = folder_.path(), .images = {}, .image_size = image_size}, split);
  }
  std::string open_error() {
    return input_error([&] { open(); });
  }

  TemporaryFolder folder_;
};

TEST_F(Cifar10Test, ReadsTheRecordsInFileOrder) {
  const auto dataset = open();
  ASSERT_EQ(dataset->size(), 10);
  for (int i = 0; i < 10; ++i) {
    const int file = i / 2 + 1;
    const SampleImage image = read_image(*dataset, i);
    EXPECT_EQ(image.label, file - i % 2);
    ASSERT_EQ(image.pixels.size(), 3072);
    for (int p = 0; p < 3072; ++p) {  // in the file a plane per channel, here the channels of a pixel together
      ASSERT_EQ(image.pixels[p % 1024 * 3 + p / 1024], (100 * (i % 2) + file + p) % 256);
    }
  }
  const auto test = open(Split::kTest);
  EXPECT_EQ(test->size(), 1);
  EXPECT_EQ(read_image(*test, 0).label, 9);
}

TEST_F(Cifar10Test, NamesWhatIsMissingAndWhereToPutIt) {
  std::filesystem::remove(folder_.path() / "data_batch_2.bin");
  std::filesystem::remove(folder_.path() / "data_batch_5.bin");
  EXPECT_THAT(
      open_error(),
      AllOf(HasSubstr("cifar10: data_batch_2.bin, data_batch_5.bin missing in " + folder_.path().string()),
            HasSubstr("cifar-10-binary.tar.gz"), HasSubstr("cifar-10-batches-bin"), Not(HasSubstr("data_batch_1"))));
}

TEST_F(Cifar10Test, RefusesACutRecord) {
  Bytes bytes = cifar_record(1, 0);
  bytes.resize(3073 + 3000);
  folder_.write("data_batch_3.bin", bytes);
  EXPECT_THAT(open_error(),
              HasSubstr("data_batch_3.bin: offset 3073: 3000 bytes of a record; expected records of 3073 bytes"));
}

TEST_F(Cifar10Test, RefusesAnEmptyFile) {
  folder_.write("data_batch_1.bin", Bytes{});
  EXPECT_THAT(open_error(), HasSubstr("data_batch_1.bin: offset 0: 0 bytes of a record; expected"));
}

TEST_F(Cifar10Test, RefusesALabelOutOfRange) {
  Bytes bytes = cifar_record(1, 0);
  bytes.insert(bytes.end(), bytes.begin(), bytes.end());
  bytes[3073] = 10;
  folder_.write("data_batch_4.bin", bytes);
  EXPECT_THAT(open_error(), HasSubstr("data_batch_4.bin: offset 3073: label 10; expected 0 to 9"));
}

TEST_F(Cifar10Test, RefusesAnImageSizeItCannotGive) {
  EXPECT_EQ(input_error([&] { open(Split::kTrain, 224); }),
            "dataset.image_size: 224 is not possible with cifar10; allowed: 32");
}

}  // namespace
}  // namespace scalemark::data
