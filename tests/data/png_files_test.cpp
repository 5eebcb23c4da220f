// PNG files beside JPEG files in a data set; pillow_images.py compares the pixels of every kind with Pillow's.
#include <gmock/gmock.h>

#include "data/formats/pack_writer.h"
#include "data/image_check.h"
#include "data/jpeg_samples.h"

namespace scalemark::data {
namespace {

using ::testing::HasSubstr;

constexpr int kPngClasses = 2;

/// Of 2 x 2 pixels: red, green, blue, and (10, 20, 30). Written by Python's zlib.
const Bytes kFourPixels{137, 80, 78, 71,  13,  10,  26,  10,  0,   0,   0,   13,  73,  72,  68,  82,  0,   0,  0,
                        2,   0,  0,  0,   2,   8,   2,   0,   0,   0,   253, 212, 154, 115, 0,   0,   0,   19, 73,
                        68,  65, 84, 120, 156, 99,  248, 207, 192, 192, 0,   194, 12,  255, 185, 68,  228, 0,  26,
                        88,  3,  58, 86,  99,  162, 60,  0,   0,   0,   0,   73,  69,  78,  68,  174, 66,  96, 130};

class PngFilesTest : public ::testing::Test {
 protected:
  PngFilesTest() {
    write_image_folder(folder_, kPngClasses, /*images_per_class=*/2);
    folder_.write(kName, kFourPixels);
  }

  std::unique_ptr<Dataset> open() const { return open_dataset(options_, Split::kTrain); }

  // By its bytes, not its name.
  static constexpr const char* kName = "train/class0/0.JPEG";
  TemporaryFolder folder_;
  DatasetOptions options_{.name = "image-folder", .path = folder_.path(), .image_size = 64, .classes = kPngClasses};
};

TEST_F(PngFilesTest, LieBesideJpegFiles) {
  const auto dataset = open();
  const SampleImage image = read_image(*dataset, 0);
  EXPECT_EQ(image.pixels, (Bytes{255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30}));
  EXPECT_EQ(read_image(*dataset, 1).height, 64) << "a JPEG image";
}

TEST_F(PngFilesTest, AreLookedAtBeforeTheyAreNeeded) {
  EXPECT_EQ(check_images(*open(), {}).damaged, 0);
  ImageScratch scratch;
  EXPECT_TRUE(open()->look_at(0, /*whole=*/false, scratch));
  for (const double part : {0.3, 0.6, 0.95}) {
    folder_.write(kName, cut(kFourPixels, part));
    EXPECT_THAT(input_error([&] { open()->look_at(0, /*whole=*/false, scratch); }),
                HasSubstr((folder_.path() / kName).string() + ": damaged ("))
        << part;
  }
}

TEST_F(PngFilesTest, GoIntoAPack) {
  const auto pack = folder_.path() / "images.pack";
  write_pack(options_, pack);
  const SampleImage in_folder = read_image(*open(), 0);
  options_.path = pack;
  EXPECT_EQ(read_image(*open(), 0), in_folder);
}

// A crop may be a small part of an image: shrinking all of it on the way would lose its pixels.
TEST_F(PngFilesTest, LargeJpegFilesStayWholeWhereTheyAreAskedFor) {
  folder_.write(kName, jpeg({.width = 400, .height = 300}));
  options_.image_size = 32;
  EXPECT_LT(read_image(*open(), 0).width, 400);
  options_.whole_images = true;
  EXPECT_EQ(read_image(*open(), 0).width, 400);
  EXPECT_EQ(read_image(*open(), 0).height, 300);
}

}  // namespace
}  // namespace scalemark::data
