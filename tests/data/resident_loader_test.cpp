#include "data/loader/resident_loader.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data/loader/loader.h"
#include "data/loader/placed_batch.h"

namespace scalemark::data {
namespace {

std::shared_ptr<const Dataset> images(int side = 32) {
  return open_dataset({.name = "synthetic", .images = 50, .image_size = side}, Split::kTrain);
}

LoaderOptions options(at::ScalarType dtype, bool channels_last, Augmentation augmentation) {
  return {.batch = 7, .workers = 0, .channels_last = channels_last, .dtype = dtype, .augmentation = augmentation};
}

using Layout = std::tuple<at::ScalarType, bool, Augmentation>;

class EveryLayout : public ::testing::TestWithParam<Layout> {};

TEST_P(EveryLayout, GivesTheLoadersBatchesToTheBit) {
  const auto& [dtype, channels_last, augmentation] = GetParam();
  const auto dataset = images();
  const ShardedSampler sampler(dataset->size(), 2, 1, 3);
  Loader loader(dataset, sampler, options(dtype, channels_last, augmentation));
  ResidentLoader resident(make_resident(*dataset, at::Device(at::kCPU)), sampler,
                          options(dtype, channels_last, augmentation));
  ASSERT_EQ(resident.batches_per_epoch(), loader.batches_per_epoch());
  for (std::int64_t batch = 0; batch < 3 * loader.batches_per_epoch(); ++batch) {
    const Batch expected = loader.next();
    const Batch found = resident.next();
    ASSERT_EQ(found.images.strides(), expected.images.strides());
    ASSERT_TRUE(at::equal(found.images, expected.images)) << "batch " << batch;
    ASSERT_TRUE(at::equal(found.labels, expected.labels)) << "batch " << batch;
  }
}

INSTANTIATE_TEST_SUITE_P(ResidentLoader, EveryLayout,
                         ::testing::Combine(::testing::Values(at::kDouble, at::kFloat, at::kBFloat16, at::kHalf),
                                            ::testing::Bool(),
                                            ::testing::Values(Augmentation::kNone, Augmentation::kPadCropFlip)));

TEST(ResidentLoader, BeginsAgainWhenRewound) {
  const auto dataset = images();
  const ShardedSampler sampler(dataset->size(), 1, 0, 3);
  ResidentLoader resident(make_resident(*dataset, at::Device(at::kCPU)), sampler,
                          options(at::kFloat, true, Augmentation::kPadCropFlip));
  const Batch first = resident.next();
  for (std::int64_t batch = 0; batch < 2 * resident.batches_per_epoch(); ++batch) resident.next();
  resident.rewind();
  EXPECT_TRUE(at::equal(resident.next().images, first.images));
}

TEST(ResidentLoader, GoesOnAtAnyBatchOfTheWalk) {
  const auto dataset = images();
  const ShardedSampler sampler(dataset->size(), 1, 0, 3);
  const auto augmented = options(at::kFloat, true, Augmentation::kPadCropFlip);
  ResidentLoader walked(make_resident(*dataset, at::Device(at::kCPU)), sampler, augmented);
  ResidentLoader sought(make_resident(*dataset, at::Device(at::kCPU)), sampler, augmented);
  for (std::int64_t number = 0; number < 2 * walked.batches_per_epoch(); ++number) {
    sought.seek(number);
    EXPECT_TRUE(at::equal(sought.next().images, walked.next().images)) << number;
  }
}

TEST(ResidentImages, TakeTheirBytesAndThoseOfTheirLabels) {
  const ResidentImages resident = make_resident(*images(), at::Device(at::kCPU));
  EXPECT_EQ(resident_bytes(*images()), static_cast<std::int64_t>(resident.images.nbytes() + resident.labels.nbytes()));
  EXPECT_EQ(resident_obstacle(*images()), "");
}

// What a GPU does, on the host: every thread of a block writes its share, by chunks where the image allows it.
template <typename Value, int kAtOnce>
std::vector<Value> written_by_threads(PlacedBatch<Value> batch, int threads) {
  std::vector<PixelChunk<Value>> aligned(static_cast<std::size_t>(batch.rows * batch.image_values()) + 1);
  std::vector<std::int64_t> labels(static_cast<std::size_t>(batch.rows));
  batch.output = aligned.front().values;
  batch.output_labels = labels.data();
  for (std::int64_t row = 0; row < batch.rows; ++row) {
    const auto placement = draw_placement(batch.augmentation, batch.seed, batch.epoch, batch.indices[row]);
    for (int thread = threads - 1; thread >= 0; --thread) {
      write_placed<Value, kAtOnce>(batch, row, placement, thread, threads);
    }
  }
  return {batch.output, batch.output + batch.rows * batch.image_values()};
}

class EveryBlock : public ::testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(EveryBlock, WritesByThreadsAndChunksWhatOneThreadWrites) {
  const auto& [side, channels_last] = GetParam();
  const auto dataset = images(side);
  const ResidentImages resident = make_resident(*dataset, at::Device(at::kCPU));
  const std::vector<std::int64_t> indices{4, 49, 0, 17};
  PlacedBatch<Bfloat16> batch{};
  batch.images = resident.images.const_data_ptr<std::uint8_t>();
  batch.labels = resident.labels.const_data_ptr<std::int64_t>();
  batch.indices = indices.data();
  batch.rows = 4;
  batch.height = batch.width = side;
  batch.channels_last = channels_last;
  batch.augmentation = Augmentation::kPadCropFlip;
  for (int channel = 0; channel < 3; ++channel) {
    batch.scale[channel] = 0.01F * static_cast<float>(channel + 1);
    batch.offset[channel] = -1.0F;
  }
  const auto expected = written_by_threads<Bfloat16, 1>(batch, 1);
  const auto bits = [](const std::vector<Bfloat16>& values) {
    std::vector<int> all;
    for (const Bfloat16 value : values) all.push_back(value.bits);
    return all;
  };
  EXPECT_EQ(bits(written_by_threads<Bfloat16, 1>(batch, 128)), bits(expected));
  ASSERT_EQ(takes_chunks(batch), side % 4 == 0);
  if (takes_chunks(batch)) {
    EXPECT_EQ(bits(written_by_threads<Bfloat16, PixelChunk<Bfloat16>::kValues>(batch, 128)), bits(expected));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernel, EveryBlock, ::testing::Combine(::testing::Values(9, 28, 32, 40), ::testing::Bool()));

// The one thing that needs a GPU: that its compiler and its memory give the same.
TEST(ResidentLoaderOnGpu, GivesTheHostsBatchesToTheBit) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no CUDA device here";
  const at::Device gpu(at::kCUDA, 0);
  const auto dataset = images();
  const ShardedSampler sampler(dataset->size(), 1, 0, 3);
  for (const auto dtype : {at::kDouble, at::kFloat, at::kBFloat16, at::kHalf}) {
    for (const bool channels_last : {false, true}) {
      const auto layout = options(dtype, channels_last, Augmentation::kPadCropFlip);
      ResidentLoader on_host(make_resident(*dataset, at::Device(at::kCPU)), sampler, layout);
      ResidentLoader on_gpu(make_resident(*dataset, gpu), sampler, layout);
      for (int batch = 0; batch < 10; ++batch) {
        const Batch expected = on_host.next();
        const Batch found = on_gpu.next();
        ASSERT_TRUE(at::equal(found.images.cpu(), expected.images)) << c10::toString(dtype) << ", batch " << batch;
        ASSERT_TRUE(at::equal(found.labels.cpu(), expected.labels));
      }
    }
  }
}

}  // namespace
}  // namespace scalemark::data
