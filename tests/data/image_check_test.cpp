// Damaged images are found before they are needed.
#include "data/image_check.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "data/jpeg_samples.h"

namespace scalemark::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr int kFolders = 3;
constexpr int kPerFolder = 200;

/// As a camera writes them: a segment that is skipped, here of 40,000 bytes, stands before the image's header.
Bytes with_preview(Bytes bytes) {
  Bytes segment(40'002, 0);
  segment[0] = 0xff;
  segment[1] = 0xe1;
  segment[2] = 40'000 >> 8;
  segment[3] = 40'000 & 0xff;
  bytes.insert(bytes.begin() + 2, segment.begin(), segment.end());
  return bytes;
}

class ImageCheckTest : public ::testing::Test {
 protected:
  ImageCheckTest() {
    for (int label = 0; label < kFolders; ++label) {
      std::filesystem::create_directories(folder_.path() / ("train/class" + std::to_string(label)));
      for (int image = 0; image < kPerFolder; ++image) folder_.write(name_of(label, image), sound_);
    }
  }

  static std::string name_of(int label, int image) {
    return "train/class" + std::to_string(label) + "/" + std::to_string(image) + ".JPEG";
  }
  std::unique_ptr<Dataset> open() const { return open_dataset(options_, Split::kTrain); }

  /// Whether a look at the ends of the first image passes over it in silence.
  bool has_sound_ends(const Bytes& bytes) const {
    folder_.write(name_of(0, 0), bytes);
    ImageScratch scratch;
    try {
      return open()->look_at(0, false, scratch);
    } catch (const DamagedImage&) {
      return false;
    }
  }

  const Bytes sound_ = jpeg({});
  TemporaryFolder folder_;
  DatasetOptions options_{.name = "image-folder", .path = folder_.path(), .image_size = 64, .classes = kFolders};
};

TEST_F(ImageCheckTest, SoundImagesAreAllLookedAtAndSomeDecoded) {
  const ImageCheck found = check_images(*open(), {.threads = 3});
  EXPECT_EQ(found.checked, kFolders * kPerFolder);
  EXPECT_EQ(found.unseen, 0);
  EXPECT_EQ(found.damaged, 0);
  EXPECT_GT(found.decoded, 250);
  EXPECT_LT(found.decoded, found.checked);
}

TEST_F(ImageCheckTest, DamagedOnesAreNamedWhereverTheyLie) {
  folder_.write(name_of(0, 7), Bytes{});
  folder_.write(name_of(1, 150), cut(sound_, 0.8));
  folder_.write(name_of(2, 199), Bytes{0x89, 'P', 'N', 'G'});
  const ImageCheck found = check_images(*open(), {.threads = 2});
  EXPECT_EQ(found.damaged, 3);
  EXPECT_THAT(found.damages,
              ElementsAre(HasSubstr("class0/7.JPEG: is empty"), HasSubstr("class1/150.JPEG: damaged (Premature end"),
                          HasSubstr("class2/199.JPEG: is no JPEG or PNG image")));
}

TEST_F(ImageCheckTest, ProcessesShareTheWork) {
  folder_.write(name_of(0, 7), Bytes{});
  folder_.write(name_of(2, 199), Bytes{});
  ImageCheck all;
  for (int part = 0; part < 3; ++part) {
    const ImageCheck found = check_images(*open(), {.part = part, .parts = 3});
    EXPECT_GT(found.checked, 0);
    all.add(found);
  }
  EXPECT_EQ(all.checked, kFolders * kPerFolder);
  EXPECT_THAT(all.damages, ElementsAre(HasSubstr("class0/7.JPEG"), HasSubstr("class2/199.JPEG")));
}

TEST_F(ImageCheckTest, WhatThereWasNoTimeForIsCounted) {
  const ImageCheck found = check_images(*open(), {.limit_seconds = 0});
  EXPECT_EQ(found.checked, 0);
  EXPECT_EQ(found.unseen, kFolders * kPerFolder);
}

TEST_F(ImageCheckTest, OnlyTheImagesOfTheRunAreLookedAt) {
  options_.images = 9;
  folder_.write(name_of(0, 150), Bytes{});  // the order of names puts it beyond the ninth
  EXPECT_EQ(check_images(*open(), {}).damaged, 0);
  EXPECT_EQ(check_images(*open(), {}).decoded, 9) << "of so few all";
}

TEST_F(ImageCheckTest, TheOrderIsThatOfEachFoldersList) {
  std::vector<std::string> listed;
  for (int label = 0; label < kFolders; ++label) {
    for (const auto& entry : std::filesystem::directory_iterator((folder_.path() / name_of(label, 0)).parent_path()))
      listed.push_back(entry.path().string());
  }
  for (const auto& path : listed) std::ofstream(path) << "empty";
  std::vector<std::string> looked_at;
  const auto dataset = open();
  ImageScratch scratch;
  for (const std::int64_t index : dataset->in_storage_order()) {
    const std::string message = input_error([&] { dataset->look_at(index, false, scratch); });
    looked_at.push_back(message.substr(0, message.find(": ")));
  }
  EXPECT_EQ(looked_at, listed);
}

TEST_F(ImageCheckTest, WhatTheEndsTell) {
  EXPECT_TRUE(has_sound_ends(sound_));
  EXPECT_TRUE(has_sound_ends(with_preview(sound_)));
  EXPECT_TRUE(has_sound_ends(overwritten(sound_))) << "not told: its ends are sound";
  EXPECT_TRUE(has_sound_ends(overwritten(with_preview(sound_))))
      << "nor here: the header was found, the image not decoded";
  Bytes padded = sound_;
  padded.resize(padded.size() + 100);
  EXPECT_TRUE(has_sound_ends(padded)) << "what follows the image does no harm";
  EXPECT_FALSE(has_sound_ends(cut(sound_, 0.8)));
  EXPECT_FALSE(has_sound_ends(cut(with_preview(sound_), 0.8)));
  EXPECT_FALSE(has_sound_ends(cmyk_jpeg()));
  EXPECT_FALSE(has_sound_ends({0xff}));
}

TEST_F(ImageCheckTest, AllOfAnImageTellsMore) {
  folder_.write(name_of(0, 0), overwritten(sound_));
  ImageScratch scratch;
  EXPECT_THAT(input_error([&] { open()->look_at(0, true, scratch); }), HasSubstr("Corrupt JPEG data"));
}

TEST_F(ImageCheckTest, ALookWaitsForNoStorageModelAndSkipsNothing) {
  folder_.write(name_of(0, 7), Bytes{});
  options_.storage.latency_seconds = 3600;
  options_.on_error = OnError::kSkip;
  const auto dataset = open();
  EXPECT_EQ(check_images(*dataset, {}).damaged, 1);
  EXPECT_THAT(dataset->skipped_images(), UnorderedElementsAre());
}

TEST(ImageCheck, LeavesPixelsAlone) {
  const auto dataset = open_dataset({.name = "synthetic", .images = 100}, Split::kTrain);
  EXPECT_EQ(check_images(*dataset, {}).checked, 0);
}

}  // namespace
}  // namespace scalemark::data
