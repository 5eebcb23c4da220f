#include <gmock/gmock.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "data/formats/pack_format.h"
#include "data/formats/pack_writer.h"
#include "data/jpeg_samples.h"

namespace scalemark::data {
namespace {

using ::testing::HasSubstr;

Bytes content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Number>
Number number_at(const Bytes& bytes, std::size_t offset) {
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

std::uint32_t crc(const Bytes& bytes, std::size_t from, std::size_t count) {
  return static_cast<std::uint32_t>(crc32(0, bytes.data() + from, static_cast<uInt>(count)));
}

class PackTest : public ::testing::Test {
 protected:
  PackTest() {
    write_image_folder(folder_, 3, 2);
    for (const std::string file : {"1", "2", "3", "4", "5"}) {
      folder_.write("data_batch_" + file + ".bin", cifar_record(4, 17));
    }
    folder_.write("test_batch.bin", cifar_record(9, 200));
  }

  DatasetOptions options(const std::string& name) const {
    return {
        .name = name, .path = folder_.path(), .images = {}, .image_size = name == "cifar10" ? 32 : 64, .classes = 0};
  }

  std::filesystem::path pack(const std::string& name) {
    auto path = folder_.path() / (name + ".pack");
    write_pack(options(name), path);
    return path;
  }

  std::string error_of(const std::string& name, const Bytes& bytes) {
    auto damaged = options(name);
    damaged.path = folder_.write("damaged.pack", bytes);
    return input_error([&] {
      const auto dataset = open_dataset(damaged, Split::kTrain);
      for (std::int64_t i = 0; i < dataset->size(); ++i) read_image(*dataset, i);
    });
  }

  TemporaryFolder folder_;
};

TEST_F(PackTest, HoldsTheSameImagesAsTheFiles) {
  for (const std::string name : {"image-folder", "cifar10"}) {
    auto packed_options = options(name);
    packed_options.path = pack(name);
    for (const Split split : {Split::kTrain, Split::kTest}) {
      const auto files = open_dataset(options(name), split);
      const auto packed = open_dataset(packed_options, split);
      EXPECT_EQ(packed->classes(), files->classes());
      EXPECT_EQ(packed->shape().bytes(), files->shape().bytes());
      EXPECT_EQ(packed->normalization().mean[1], files->normalization().mean[1]);
      EXPECT_EQ(packed->normalization().standard_deviation[2], files->normalization().standard_deviation[2]);
      ASSERT_EQ(packed->size(), files->size());
      for (std::int64_t i = 0; i < files->size(); ++i) EXPECT_EQ(read_image(*packed, i), read_image(*files, i));
    }
  }
}

TEST_F(PackTest, IsLaidOutAsItsDescriptionSays) {
  const Bytes bytes = content_of(pack("cifar10"));
  constexpr std::size_t kHeader = 120, kImage = 3072, kEntry = 24;
  ASSERT_EQ(bytes.size(), kHeader + 6 * (kImage + kEntry));
  EXPECT_EQ(std::string(bytes.begin(), bytes.begin() + 8), "SCLMPACK");
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 8), 1u);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 12), 0u);
  EXPECT_STREQ(reinterpret_cast<const char*>(bytes.data()) + 16, "cifar10");
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 48), 10u);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 52), 32u);
  EXPECT_EQ(number_at<float>(bytes, 60), 0.4914F);
  EXPECT_EQ(number_at<std::uint64_t>(bytes, 88), 5u);
  EXPECT_EQ(number_at<std::uint64_t>(bytes, 96), 1u);
  const auto index = number_at<std::uint64_t>(bytes, 104);
  EXPECT_EQ(index, kHeader + 6 * kImage);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 112), crc(bytes, index, 6 * kEntry));
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 116), crc(bytes, 0, 116));
  EXPECT_EQ(number_at<std::uint64_t>(bytes, index + 5 * kEntry), kHeader + 5 * kImage);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, index + 5 * kEntry + 12), 9u);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, index + 5 * kEntry + 16), crc(bytes, kHeader + 5 * kImage, kImage));
  EXPECT_EQ(bytes[kHeader], 17);
}

TEST_F(PackTest, RefusesEveryDamageByName) {
  const Bytes sound = content_of(pack("image-folder"));
  const auto changed = [&](std::size_t offset) {
    Bytes bytes = sound;
    bytes[offset] ^= 0x10;
    return error_of("image-folder", bytes);
  };
  const auto cut = [&](std::size_t size) {
    return error_of("image-folder", Bytes(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)));
  };
  EXPECT_THAT(changed(0), HasSubstr("damaged.pack: is no pack of `scalemark pack`"));
  EXPECT_THAT(changed(8), HasSubstr("a pack of version 17; this program reads version 1"));
  EXPECT_THAT(changed(50), HasSubstr("the header is damaged"));
  EXPECT_THAT(changed(105), HasSubstr("the header is damaged"));
  EXPECT_THAT(changed(sound.size() - 30), HasSubstr("the index is damaged"));
  EXPECT_THAT(changed(120), HasSubstr("damaged.pack: image 0: damaged (its checksum differs)"));
  EXPECT_THAT(cut(0), HasSubstr("0 bytes are no pack"));
  EXPECT_THAT(cut(100), HasSubstr("100 bytes are no pack"));
  EXPECT_THAT(cut(sound.size() - 1), HasSubstr("which is not what its header says (cut short?)"));
}

TEST_F(PackTest, RefusesAnIndexThatPointsElsewhereThoughItsChecksumIsRight) {
  const Bytes sound = content_of(pack("image-folder"));
  const auto index = number_at<std::uint64_t>(sound, 104);
  for (const auto& [field, value] : {std::pair<std::size_t, std::uint64_t>{0, ~0ULL - 5}, {8, 0xfffffff0}, {12, 3}}) {
    Bytes bytes = sound;
    std::memcpy(bytes.data() + index + field, &value, field == 0 ? 8 : 4);
    const std::uint32_t of_index = crc(bytes, index, bytes.size() - index);
    std::memcpy(bytes.data() + 112, &of_index, 4);
    const std::uint32_t of_header = crc(bytes, 0, 116);
    std::memcpy(bytes.data() + 116, &of_header, 4);
    EXPECT_THAT(error_of("image-folder", bytes), HasSubstr("the index makes no sense at image 0"));
  }
}

TEST_F(PackTest, RefusesAHeaderOfNonsenseThoughItsChecksumIsRight) {
  const Bytes sound = content_of(pack("cifar10"));
  const auto error_with = [&](std::size_t offset, auto value) {
    Bytes bytes = sound;
    std::memcpy(bytes.data() + offset, &value, sizeof value);
    const std::uint32_t sum = crc(bytes, 0, offsetof(PackHeader, header_checksum));
    std::memcpy(bytes.data() + offsetof(PackHeader, header_checksum), &sum, sizeof sum);
    return error_of("cifar10", bytes);
  };
  const auto makes_no_sense = HasSubstr("damaged.pack: the header makes no sense");
  for (const std::uint32_t classes : {0U, 0x80000000U, 0xffffffffU}) {
    EXPECT_THAT(error_with(offsetof(PackHeader, classes), classes), makes_no_sense) << classes;
  }
  EXPECT_THAT(error_with(offsetof(PackHeader, encoding), 2U), makes_no_sense);
  EXPECT_THAT(error_with(offsetof(PackHeader, width), 0U), makes_no_sense);
  EXPECT_THAT(error_with(offsetof(PackHeader, mean), std::nanf("")), makes_no_sense);
  EXPECT_THAT(error_with(offsetof(PackHeader, standard_deviation), 0.0F), makes_no_sense);
  EXPECT_THAT(error_with(offsetof(PackHeader, standard_deviation), -1.0F), makes_no_sense);
}

TEST_F(PackTest, RefusesAnotherDatasetOrSize) {
  auto other = options("tiny-imagenet");
  other.path = pack("image-folder");
  EXPECT_THAT(input_error([&] { open_dataset(other, Split::kTrain); }),
              HasSubstr("holds image-folder; the config's dataset.name is tiny-imagenet"));
  auto larger = options("cifar10");
  larger.path = pack("cifar10");
  larger.image_size = 64;
  EXPECT_THAT(input_error([&] { open_dataset(larger, Split::kTrain); }), HasSubstr("dataset.image_size: 64"));
}

TEST_F(PackTest, LeavesNothingBehindWhereAnImageIsDamaged) {
  folder_.write("train/class1/0.JPEG", Bytes{});
  const auto path = folder_.path() / "out.pack";
  EXPECT_THAT(input_error([&] { write_pack(options("image-folder"), path); }), HasSubstr("class1/0.JPEG: is empty"));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".unfinished"));
}

TEST_F(PackTest, LeavesOutDamagedImagesWhereAskedTo) {
  folder_.write("train/class1/0.JPEG", Bytes{});
  auto skipping = options("image-folder");
  skipping.on_error = OnError::kSkip;
  const PackSummary summary = write_pack(skipping, folder_.path() / "out.pack");
  EXPECT_EQ(summary.training_images, 5);
  EXPECT_EQ(summary.test_images, 6);
  EXPECT_THAT(summary.left_out, ::testing::ElementsAre(HasSubstr("class1/0.JPEG: is empty")));
}

TEST_F(PackTest, DoesNotOverwrite) {
  const auto path = pack("image-folder");
  EXPECT_THAT(input_error([&] { write_pack(options("image-folder"), path); }), HasSubstr("exists already"));
}

TEST_F(PackTest, FollowsNoLinkAndRemovesWhatAKilledOneLeft) {
  const auto victim = folder_.write("victim", Bytes{1, 2, 3});
  const auto path = folder_.path() / "image-folder.pack";
  folder_.write("image-folder.pack.partial-node-7-0123456789abcdef", Bytes{4});
  for (const char* name : {"image-folder.pack.unfinished", "image-folder.pack.partial-node-8"}) {
    std::filesystem::create_symlink(victim, folder_.path() / name);
  }
  EXPECT_EQ(pack("image-folder"), path);
  EXPECT_EQ(content_of(victim), (Bytes{1, 2, 3}));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "image-folder.pack.partial-node-7-0123456789abcdef"));

  std::filesystem::remove(path);
  std::filesystem::create_symlink(folder_.path() / "absent", path);
  EXPECT_THAT(input_error([&] { pack("image-folder"); }), HasSubstr("cannot be written: File exists"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "absent"));
}

}  // namespace
}  // namespace scalemark::data
