#include "data/loader/loader.h"

#include <ATen/ATen.h>
#include <c10/core/impl/FakeGuardImpl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "data/counting_dataset.h"
#include "data/random_crop.h"
#include "data/skipping_dataset.h"

namespace scalemark::data {
namespace {

constexpr at::DeviceType kFakeDevice = at::kPrivateUse1;
using FakeDevices = c10::impl::FakeGuardImpl<kFakeDevice>;
C10_REGISTER_GUARD_IMPL(PrivateUse1, FakeDevices);

constexpr std::int64_t kSize = 500;
constexpr std::int64_t kBatch = 150;  // three parts of a batch, the last one smaller

std::shared_ptr<const Dataset> images(std::int64_t damaged = -1) {
  return std::make_shared<CountingDataset>(kSize, damaged);
}

ShardedSampler sampler(std::int64_t size = kSize) { return {size, 1, 0, 9}; }

/// `images` cropped and flipped by LibTorch at the offsets that were drawn for `indices`.
at::Tensor placed(const at::Tensor& images, std::span<const std::int64_t> indices, std::int64_t epoch,
                  std::uint64_t seed) {
  const std::int64_t height = images.size(2), width = images.size(3);
  const Normalization constants = CountingDataset(1).normalization();
  at::Tensor result = at::empty_like(images);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    at::Tensor padded = at::constant_pad_nd(images[row], {4, 4, 4, 4});
    for (int channel = 0; channel < 3; ++channel) {  // black, which normalising has moved
      const at::Tensor black = at::constant_pad_nd(at::zeros({height, width}), {4, 4, 4, 4}, 1);
      const auto value = -static_cast<double>(constants.mean[channel]) / constants.standard_deviation[channel];
      padded[channel].add_(black, static_cast<float>(value));
    }
    const Placement placement = draw_placement(Augmentation::kPadCropFlip, seed, epoch, indices[i]);
    at::Tensor crop = padded.narrow(1, 4 + placement.down, height).narrow(2, 4 + placement.right, width);
    result[row].copy_(placement.flipped ? crop.flip({2}) : crop);
  }
  return result;
}

class LoaderTest : public ::testing::TestWithParam<int> {  // the number of workers
 protected:
  LoaderOptions options() const { return {.batch = kBatch, .workers = GetParam()}; }
};

TEST_P(LoaderTest, GivesTheSamplersImagesInOrderOverEpochs) {
  const auto dataset = images();
  Loader loader(dataset, sampler(), options());
  ASSERT_EQ(loader.batches_per_epoch(), 3);  // the incomplete fourth is dropped
  for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
    const auto order = sampler().indices(epoch);
    for (std::int64_t b = 0; b < 3; ++b) {
      const Batch expected = load_batch(*dataset, std::span(order).subspan(b * kBatch, kBatch), options());
      const Batch batch = loader.next();
      ASSERT_TRUE(at::equal(batch.labels, expected.labels)) << "epoch " << epoch << ", batch " << b;
      ASSERT_TRUE(at::equal(batch.images, expected.images)) << "epoch " << epoch << ", batch " << b;
    }
  }
}

TEST_P(LoaderTest, AugmentsEachImageTheSameWhoeverLoadsIt) {
  auto augmented = options();
  augmented.augmentation = Augmentation::kPadCropFlip;
  const auto dataset = images();
  Loader loader(dataset, sampler(), augmented);
  for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
    const auto order = sampler().indices(epoch);
    for (std::int64_t b = 0; b < 3; ++b) {
      const auto indices = std::span(order).subspan(b * kBatch, kBatch);
      const at::Tensor plain = load_batch(*dataset, indices, options()).images;
      const Batch batch = loader.next();
      ASSERT_TRUE(at::equal(batch.images, placed(plain, indices, epoch, augmented.seed))) << "batch " << b;
    }
  }
}

// Against the part that was drawn, resized and normalised here.
TEST_P(LoaderTest, CutsAndResizesEachImageTheSameWhoeverLoadsIt) {
  auto augmented = options();
  augmented.augmentation = Augmentation::kRandomResizedCropFlip;
  const auto dataset = images();
  Loader loader(dataset, sampler(), augmented);
  const auto order = sampler().indices(0);
  const Batch batch = loader.next();
  const Normalization constants = dataset->normalization();
  const ImageShape shape = dataset->shape();
  ImageScratch scratch;
  ResizeScratch resize;
  std::vector<std::uint8_t> pixels(shape.bytes());
  for (std::int64_t row = 0; row < kBatch; ++row) {
    const ImageView image = dataset->read(order[row], scratch);
    const CropBox box = draw_crop(image.height, image.width, augmented.seed, /*epoch=*/0, order[row]);
    resize_crop(image, box, shape, resize, pixels.data());
    const at::Tensor bytes = at::from_blob(pixels.data(), {shape.height, shape.width, 3}, at::kByte);
    const at::Tensor expected = (bytes.to(at::kFloat) / 255 - at::tensor(at::ArrayRef<float>(constants.mean))) /
                                at::tensor(at::ArrayRef<float>(constants.standard_deviation));
    ASSERT_TRUE(at::allclose(batch.images[row], expected.permute({2, 0, 1}), 1e-5, 1e-6)) << "row " << row;
    EXPECT_EQ(batch.labels[row].item<std::int64_t>(), order[row]);
  }
}

TEST_P(LoaderTest, GivesTheSameBehindStorageThatWaits) {
  Loader plain(images(), sampler(), options());
  const std::shared_ptr<const Dataset> waiting =
      behind_storage(std::make_unique<CountingDataset>(kSize), {.latency_seconds = 1e-5, .jitter_seconds = 1e-4}, 1);
  Loader loader(waiting, sampler(), options());
  for (int i = 0; i < 5; ++i) {
    if (i == 3) {
      loader.rewind();
      plain.rewind();
    }
    const Batch expected = plain.next();
    const Batch batch = loader.next();
    EXPECT_TRUE(at::equal(batch.images, expected.images));
    EXPECT_TRUE(at::equal(batch.labels, expected.labels));
  }
}

TEST_P(LoaderTest, ThrowsWhatReadingThrewBehindStorageThatWaits) {
  const std::int64_t damaged = sampler().indices(0)[kBatch + 70];
  const std::shared_ptr<const Dataset> waiting =
      behind_storage(std::make_unique<CountingDataset>(kSize, damaged), {.latency_seconds = 1e-5}, 1);
  Loader loader(waiting, sampler(), options());
  EXPECT_NO_THROW(loader.next());
  EXPECT_THROW(loader.next(), DamagedImage);
  EXPECT_THROW(loader.next(), std::logic_error);
  loader.rewind();
  EXPECT_NO_THROW(loader.next());
}

TEST_P(LoaderTest, PutsTheNextImageForADamagedOne) {
  const std::int64_t damaged = sampler().indices(0)[70];
  const std::shared_ptr<const Dataset> skipping = skip_damaged(std::make_unique<CountingDataset>(kSize, damaged));
  Loader loader(skipping, sampler(), options());
  EXPECT_EQ(loader.next().labels[70].item<std::int64_t>(), (damaged + 1) % kSize);
  for (int i = 0; i < 5; ++i) loader.next();
  EXPECT_EQ(skipping->skipped_images(), std::vector<std::string>{"image " + std::to_string(damaged) + " is damaged"});
}

TEST_P(LoaderTest, LeavesABatchAloneThatItsUserHolds) {
  Loader loader(images(), sampler(), options());
  std::vector<std::pair<at::Tensor, at::Tensor>> held;  // views, which share the memory but not the tensor
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  for (int i = 0; i < 12; ++i) {
    const Batch batch = loader.next();
    held.emplace_back(batch.images.slice(0, 10), batch.labels.view({-1}));
    copies.emplace_back(held.back().first.clone(), held.back().second.clone());
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_TRUE(at::equal(held[i].first, copies[i].first));
    EXPECT_TRUE(at::equal(held[i].second, copies[i].second));
  }
}

TEST_P(LoaderTest, RewindsToTheBeginning) {
  Loader loader(images(), sampler(), options());
  std::vector<at::Tensor> labels;
  for (int i = 0; i < 5; ++i) labels.push_back(loader.next().labels);
  for (int taken = 0; taken < 5; ++taken) {
    loader.rewind();
    for (int i = 0; i <= taken; ++i) EXPECT_TRUE(at::equal(loader.next().labels, labels[i]));
  }
}

TEST_P(LoaderTest, GoesOnAtAnyBatchOfTheWalk) {
  auto augmented = options();
  augmented.augmentation = Augmentation::kPadCropFlip;
  Loader walked(images(), sampler(), augmented);
  Loader sought(images(), sampler(), augmented);
  for (std::int64_t number = 0; number < 8; ++number) {
    const Batch expected = walked.next();
    sought.seek(number);
    const Batch batch = sought.next();
    EXPECT_TRUE(at::equal(batch.labels, expected.labels)) << number;
    EXPECT_TRUE(at::equal(batch.images, expected.images)) << number;
  }
}

TEST_P(LoaderTest, ThrowsWhatReadingThrewInTheMiddleOfItsBatch) {
  const std::int64_t damaged = sampler().indices(0)[kBatch + 70];
  Loader loader(images(damaged), sampler(), options());
  EXPECT_NO_THROW(loader.next());
  try {
    loader.next();
    FAIL() << "expected an error";
  } catch (const DamagedImage& error) {
    EXPECT_EQ(std::string(error.what()), "image " + std::to_string(damaged) + " is damaged");
  }
  EXPECT_THROW(loader.next(), std::logic_error);
  loader.rewind();
  EXPECT_NO_THROW(loader.next());
}

TEST_P(LoaderTest, EndsAtAnyMomentAndLetsGoOfTheDataSet) {
  const auto dataset = images();
  const auto order = sampler().indices(0);
  for (int i = 0; i < 30; ++i) {
    std::vector<Batch> taken;
    {
      Loader loader(dataset, sampler(), options());
      while (std::ssize(taken) < i % 3) taken.push_back(loader.next());
    }
    EXPECT_EQ(dataset.use_count(), 1) << "something still reads it";
    for (std::int64_t b = 0; b < std::ssize(taken); ++b) {
      const Batch expected = load_batch(*dataset, std::span(order).subspan(b * kBatch, kBatch), options());
      EXPECT_TRUE(at::equal(taken[b].images, expected.images)) << "a batch outlives its loader";
    }
  }
}

TEST_P(LoaderTest, RefusesABatchThatTheShardCannotFill) {
  auto too_large = options();
  too_large.batch = kSize / 2 + 1;
  try {
    Loader loader(images(), ShardedSampler(kSize, 2, 1, 9), too_large);
    FAIL() << "expected an InputError";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("a batch of 251 images per rank cannot be cut from a rank's share of 250"),
              std::string::npos)
        << error.what();
  }
  too_large.batch = 0;
  EXPECT_THROW(Loader(images(), sampler(), too_large), InputError);
}

INSTANTIATE_TEST_SUITE_P(Workers, LoaderTest, ::testing::Values(0, 1, 2, 4));

TEST(LoaderShardsTest, RanksTogetherGiveTheSameStepForAnyNumberOfRanks) {
  constexpr std::int64_t kGlobalBatch = 40;
  std::vector<at::Tensor> seen;
  for (const int ranks : {1, 2, 4}) {
    std::vector<at::Tensor> labels;
    for (int rank = 0; rank < ranks; ++rank) {
      Loader loader(images(), ShardedSampler(kSize, ranks, rank, 9), {.batch = kGlobalBatch / ranks});
      loader.next();
      labels.push_back(loader.next().labels);
    }
    seen.push_back(std::get<0>(at::cat(labels).sort()));
  }
  EXPECT_TRUE(at::equal(seen[0], seen[1]));
  EXPECT_TRUE(at::equal(seen[0], seen[2]));
}

/// Says which device is the current one of the thread that reads.
class DeviceOfReader final : public Dataset {
 public:
  std::int64_t size() const override { return images_.size(); }
  ImageShape shape() const override { return images_.shape(); }
  int classes() const override { return images_.classes(); }
  Normalization normalization() const override { return images_.normalization(); }
  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    return images_.fetch(index, buffer);
  }
  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const override {
    ImageView image = images_.decode(index, stored, scratch);
    image.label = FakeDevices().getDevice().index();
    return image;
  }

 private:
  CountingDataset images_{kSize};
};

TEST_P(LoaderTest, ThreadsThatMakeBatchesAreThoseOfTheirDevice) {
  if (GetParam() > 1) GTEST_SKIP() << "one thread fills here what another may have begun";
  LoaderOptions of_second_device = options();
  of_second_device.device = at::Device(kFakeDevice, 1);
  Loader loader(std::make_shared<DeviceOfReader>(), sampler(), of_second_device);
  EXPECT_EQ(loader.next().labels[0].item<std::int64_t>(), 1);
  FakeDevices().setDevice(at::Device(kFakeDevice, 0));
}

}  // namespace
}  // namespace scalemark::data
