// Data sets of JPEG files: layouts, what is missing, and every file that is no sound image.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "data/jpeg_samples.h"

namespace scalemark::data {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kClasses = 3;
constexpr int kPerClass = 2;

void expect_ramps(const SampleImage& image, const JpegSample& sample) {
  ASSERT_EQ(image.height, sample.height);
  ASSERT_EQ(image.width, sample.width);
  for (int y = 4; y < image.height; y += 7) {
    for (int x = 4; x < image.width; x += 5) {
      for (int channel = 0; channel < 3; ++channel) {
        ASSERT_NEAR(image.pixels[3 * (y * image.width + x) + channel], ramp(sample, x, y, channel), 6)
            << "at " << x << ", " << y << ", channel " << channel;
      }
    }
  }
}

class ImageFolderTest : public ::testing::Test {
 protected:
  ImageFolderTest() { write_image_folder(folder_, kClasses, kPerClass); }

  std::unique_ptr<Dataset> open(Split split = Split::kTrain) const { return open_dataset(options_, split); }
  std::string path_of(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string open_error(Split split = Split::kTrain) const {
    return input_error([&] { open(split); });
  }

  TemporaryFolder folder_;
  DatasetOptions options_{.name = "image-folder", .path = folder_.path(), .image_size = 64, .classes = kClasses};
};

TEST_F(ImageFolderTest, GivesTheImagesOfAllClassesInTurn) {
  const auto dataset = open();
  ASSERT_EQ(dataset->size(), kClasses * kPerClass);
  for (int i = 0; i < dataset->size(); ++i) {
    const SampleImage image = read_image(*dataset, i);
    EXPECT_EQ(image.label, i % kClasses);
    expect_ramps(image, {.seed = i % kClasses * kPerClass + i / kClasses});
  }
}

TEST_F(ImageFolderTest, GivesGreyAndProgressiveImagesAsColour) {
  for (const JpegSample& sample : {JpegSample{.grey = true}, JpegSample{.progressive = true}}) {
    folder_.write("train/class0/0.JPEG", jpeg(sample));
    expect_ramps(read_image(*open(), 0), sample);
  }
}

TEST_F(ImageFolderTest, ShrinksLargeImagesWhileItDecodesThem) {
  const JpegSample sixteen_megapixels{.width = 4000, .height = 4000};
  folder_.write("train/class0/0.JPEG", jpeg(sixteen_megapixels));
  const SampleImage image = read_image(*open(), 0);
  EXPECT_EQ(image.height, 500);
  EXPECT_EQ(image.width, 500);
  EXPECT_NEAR(image.pixels[std::size_t{3} * (250 * 500 + 250)], ramp(sixteen_megapixels, 2000, 2000, 0), 6);
}

TEST_F(ImageFolderTest, SaysWhereToPutWhatIsMissing) {
  options_.path = folder_.path() / "nowhere";
  EXPECT_THAT(open_error(), AllOf(HasSubstr("there is no folder " + path_of("nowhere/train")), HasSubstr("<class>/"),
                                  HasSubstr("dataset.path")));
  options_.path = folder_.path();
  std::filesystem::remove_all(folder_.path() / "val");
  EXPECT_NO_THROW(open());
  EXPECT_THAT(open_error(Split::kTest), HasSubstr("there is no folder " + path_of("val")));
}

TEST_F(ImageFolderTest, RefusesAnotherLayout) {
  std::filesystem::create_directories(folder_.path() / "train/class1/images");
  EXPECT_THAT(open_error(), AllOf(HasSubstr(path_of("train/class1/images: is no file")), HasSubstr("tiny-imagenet")));
  std::filesystem::remove_all(folder_.path() / "train/class1");
  std::filesystem::create_directories(folder_.path() / "train/class1");
  EXPECT_THAT(open_error(), HasSubstr(path_of("train/class1: holds no file")));
}

TEST_F(ImageFolderTest, AnswersAFlatTestSplitWithTheLayoutThatItWants) {
  std::filesystem::remove_all(folder_.path() / "val");
  std::filesystem::create_directories(folder_.path() / "val");
  folder_.write("val/0.JPEG", jpeg({}));
  EXPECT_THAT(open_error(Split::kTest),
              AllOf(HasSubstr(path_of("val: holds no folder")), HasSubstr(path_of("val/<class>/*.JPEG"))));
}

TEST_F(ImageFolderTest, NamesAClassThatTheTestSplitLacks) {
  std::filesystem::remove_all(folder_.path() / "val/class1");
  EXPECT_THAT(open_error(Split::kTest),
              HasSubstr(path_of("val/class1: there is no such folder, and 1 class(es) of train")));
}

TEST_F(ImageFolderTest, RefusesAClassThatOnlyTheTestSplitHas) {
  std::filesystem::rename(folder_.path() / "val/class2", folder_.path() / "val/other");
  EXPECT_THAT(open_error(Split::kTest), HasSubstr(path_of("val/other: is no class of the training set")));
}

struct BadFile {
  const char* name;
  std::function<Bytes()> bytes;
  const char* message;
};

Bytes before_the_image(Bytes bytes) {
  const Bytes frame{0xff, 0xc0, 0, 17, 8};
  bytes.erase(std::search(bytes.begin(), bytes.end(), frame.begin(), frame.end()), bytes.end());
  bytes.insert(bytes.end(), {0xff, 0xd9});
  return bytes;
}

/// An image of four inks as they are: without the transform that the writer says to have made of them.
Bytes without_transform(Bytes bytes) {
  const std::string_view adobe = "Adobe";  // then two bytes each of version and two fields of flags, and the transform
  const auto at = std::search(bytes.begin(), bytes.end(), adobe.begin(), adobe.end());
  *(at + 11) = 0;
  return bytes;
}

const std::vector<BadFile> kBadFiles{
    {"empty", [] { return Bytes{}; }, "is empty; expected a JPEG or PNG image"},
    {"cut_in_the_header", [] { return cut(jpeg({}), 0.05); }, "damaged ("},
    {"cut_behind_the_tables", [] { return before_the_image(jpeg({})); }, "damaged (the file ends before its image)"},
    {"cut_in_the_image", [] { return cut(jpeg({}), 0.8); }, "damaged (Premature end of JPEG file)"},
    {"overwritten", [] { return overwritten(jpeg({})); }, "damaged (Corrupt JPEG data"},
    {"ycck", cmyk_jpeg, "a CMYK image; expected RGB or grey"},
    {"cmyk", [] { return without_transform(cmyk_jpeg()); }, "a CMYK image; expected RGB or grey"},
    {"png", [] { return Bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13}; },
     "damaged (the file ends before its image)"},
    {"text", [] { return Bytes{'<', 'h', 't', 'm', 'l', '>'}; }, "is no JPEG or PNG image"},
    {"one_byte", [] { return Bytes{0xff}; }, "is no JPEG or PNG image"},
    {"enormous",
     [] {
       Bytes bytes = jpeg({.width = 16, .height = 16});
       const Bytes frame{0xff, 0xc0, 0, 17, 8};  // then height and width
       const auto at = std::search(bytes.begin(), bytes.end(), frame.begin(), frame.end()) + std::ssize(frame);
       std::fill_n(at, 4, std::uint8_t{0xf0});
       return bytes;
     },
     "an image of 61680 x 61680 pixels; expected at most 67108864"},
};

class BadFileTest : public ImageFolderTest, public ::testing::WithParamInterface<BadFile> {
 protected:
  BadFileTest() { folder_.write("train/class1/0.JPEG", GetParam().bytes()); }
};

TEST_P(BadFileTest, IsRefusedByName) {
  const auto dataset = open();
  EXPECT_NO_THROW(read_image(*dataset, 0));
  EXPECT_THAT(input_error([&] { read_image(*dataset, 1); }),
              HasSubstr(path_of("train/class1/0.JPEG: ") + GetParam().message));
}

TEST_P(BadFileTest, IsRefusedByADecoderThatHasDecodedOthers) {
  ImageDecoder decoder;
  Bytes pixels;
  for (int repetition = 0; repetition < 3; ++repetition) {
    EXPECT_NO_THROW(decoder.decode(jpeg({}), 64, pixels));
    EXPECT_THROW(decoder.decode(GetParam().bytes(), 64, pixels), ImageError);
  }
}

TEST_P(BadFileTest, IsSkippedCountedAndNamed) {
  options_.on_error = OnError::kSkip;
  const auto dataset = open();
  EXPECT_THAT(dataset->skipped_images(), ElementsAre());
  for (int repetition = 0; repetition < 2; ++repetition) EXPECT_EQ(read_image(*dataset, 1), read_image(*dataset, 2));
  EXPECT_THAT(dataset->skipped_images(), ElementsAre(HasSubstr(path_of("train/class1/0.JPEG: ") + GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(EveryKind, BadFileTest, ::testing::ValuesIn(kBadFiles),
                         [](const auto& kind) { return kind.param.name; });

TEST_F(ImageFolderTest, NamesAFileThatIsGone) {
  const auto dataset = open();
  std::filesystem::remove(folder_.path() / "train/class0/0.JPEG");
  EXPECT_THAT(input_error([&] { read_image(*dataset, 0); }),
              HasSubstr(path_of("train/class0/0.JPEG: cannot be opened")));
}

TEST_F(ImageFolderTest, SkippingEndsWhereNoImageIsSound) {
  for (int label = 0; label < kClasses; ++label) {
    for (int image = 0; image < kPerClass; ++image) {
      folder_.write("train/class" + std::to_string(label) + "/" + std::to_string(image) + ".JPEG", Bytes{});
    }
  }
  options_.on_error = OnError::kSkip;
  EXPECT_THAT(input_error([&] { read_image(*open(), 0); }), HasSubstr("no image of the data set can be read"));
}

class TinyImagenetTest : public ::testing::Test {
 protected:
  TinyImagenetTest() { write_tiny_imagenet(folder_, kClasses, kPerClass); }

  std::unique_ptr<Dataset> open(Split split = Split::kTrain) const {
    return open_dataset(
        {.name = "tiny-imagenet", .path = folder_.path(), .images = {}, .image_size = 64, .classes = kClasses}, split);
  }
  std::string open_error(Split split) const {
    return input_error([&] { open(split); });
  }
  std::string path_of(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryFolder folder_;
};

TEST_F(TinyImagenetTest, ReadsTheOriginalLayout) {
  const auto train = open();
  ASSERT_EQ(train->size(), kClasses * kPerClass);
  EXPECT_EQ(read_image(*train, 1).label, 1);
  const auto val = open(Split::kTest);
  ASSERT_EQ(val->size(), kClasses * kPerClass);
  for (int i = 0; i < val->size(); ++i) {
    EXPECT_EQ(read_image(*val, i).label, i / kPerClass);
    expect_ramps(read_image(*val, i), {.seed = i});
  }
}

TEST_F(TinyImagenetTest, SaysWhatToGetWhereItIsMissing) {
  std::filesystem::remove_all(folder_.path() / "train");
  EXPECT_THAT(open_error(Split::kTrain), AllOf(HasSubstr("tiny-imagenet: " + path_of("train") + " is missing"),
                                               HasSubstr("tiny-imagenet-200.zip"), HasSubstr("dataset.path")));
}

TEST_F(TinyImagenetTest, RefusesALayoutWithoutImageFolders) {
  std::filesystem::rename(folder_.path() / "train/n1/images", folder_.path() / "train/n1/pictures");
  EXPECT_THAT(open_error(Split::kTrain), HasSubstr(path_of("train/n1/images") + " is missing"));
}

TEST_F(TinyImagenetTest, RefusesMissingOrWrongAnnotations) {
  const auto with = [&](const std::string& text) {
    folder_.write("val/val_annotations.txt", text);
    return open_error(Split::kTest);
  };
  EXPECT_THAT(with("val_0_0.JPEG\tn0\t0\n"), HasSubstr("val_annotations.txt: has no line for"));
  EXPECT_THAT(with("val_0_0.JPEG n0\n"), HasSubstr("val_annotations.txt:1: expected a file's name, a tab"));
  EXPECT_THAT(with("val_0_0.JPEG\tn0\t0\nval_0_0.JPEG\tn0\t0\n"), HasSubstr(":2: val_0_0.JPEG is annotated twice"));
  EXPECT_THAT(with("val_0_0.JPEG\tn9\t0\n"), HasSubstr(":1: the class n9 is no folder of train"));
  std::filesystem::remove(folder_.path() / "val/val_annotations.txt");
  EXPECT_THAT(open_error(Split::kTest), HasSubstr(path_of("val/val_annotations.txt") + " is missing"));
}

TEST_F(TinyImagenetTest, RefusesAnAnnotationWithoutItsImage) {
  std::filesystem::remove(folder_.path() / "val/images/val_2_1.JPEG");
  EXPECT_THAT(open_error(Split::kTest), HasSubstr("names val_2_1.JPEG, which is not in " + path_of("val/images")));
}

TEST_F(TinyImagenetTest, RefusesAnImageOfAnotherSize) {
  folder_.write("train/n0/images/n0_0.JPEG", jpeg({.width = 65}));
  EXPECT_THAT(input_error([&] { read_image(*open(), 0); }), HasSubstr("an image of 65 x 64 pixels; expected 64 x 64"));
}

}  // namespace
}  // namespace scalemark::data
