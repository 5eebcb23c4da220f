#include "data/loader/batch.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <tuple>

#include "data/counting_dataset.h"

namespace scalemark::data {
namespace {

const std::vector<std::int64_t> kIndices{5, 0, 12, 12, 7};

/// The same images by tensor arithmetic in double precision, [images, 3, 2, 4].
at::Tensor expected_images(const Dataset& dataset) {
  const auto shape = dataset.shape();
  at::Tensor images = at::empty({std::ssize(kIndices), shape.height, shape.width, shape.channels}, at::kByte);
  for (std::size_t i = 0; i < kIndices.size(); ++i) {
    auto* pixels = images[static_cast<std::int64_t>(i)].data_ptr<std::uint8_t>();
    for (std::int64_t place = 0; place < shape.bytes(); ++place) {
      pixels[place] = CountingDataset::pixel(kIndices[i], place);
    }
  }
  const Normalization constants = dataset.normalization();
  const auto per_channel = [](const float* values) {
    return at::tensor({values[0], values[1], values[2]}).view({3, 1, 1});
  };
  const at::Tensor mean = per_channel(constants.mean).to(at::kDouble);
  const at::Tensor deviation = per_channel(constants.standard_deviation).to(at::kDouble);
  return (images.permute({0, 3, 1, 2}).to(at::kDouble) / 255 - mean) / deviation;
}

class BatchTest : public ::testing::TestWithParam<std::tuple<at::ScalarType, bool>> {};

TEST_P(BatchTest, NormalizesAsTheFormulaDoes) {
  const auto [dtype, channels_last] = GetParam();
  const CountingDataset dataset(20);
  const Batch batch = load_batch(dataset, kIndices, {.channels_last = channels_last, .dtype = dtype});
  EXPECT_EQ(batch.images.scalar_type(), dtype);
  EXPECT_EQ(batch.images.sizes(), at::IntArrayRef({5, 3, 2, 4}));
  EXPECT_EQ(batch.images.is_contiguous(at::MemoryFormat::ChannelsLast), channels_last);
  EXPECT_EQ(batch.images.is_contiguous(), !channels_last);
  // The values reach 7. In float the scale, the product and the sum are rounded; the shorter types then once more.
  const double unit = dtype == at::kDouble ? 1e-15 : dtype == at::kFloat ? 1e-7 : dtype == at::kHalf ? 5e-4 : 4e-3;
  EXPECT_TRUE(at::allclose(batch.images.to(at::kDouble), expected_images(dataset), unit, 7 * unit));
}

TEST_P(BatchTest, RoundsTheShortTypesAsLibTorchDoes) {
  const auto [dtype, channels_last] = GetParam();
  if (dtype == at::kDouble) return;
  const CountingDataset dataset(20);
  const Batch floats = load_batch(dataset, kIndices, {.channels_last = channels_last, .dtype = at::kFloat});
  const Batch batch = load_batch(dataset, kIndices, {.channels_last = channels_last, .dtype = dtype});
  EXPECT_TRUE(at::equal(batch.images, floats.images.to(dtype)));
}

TEST_P(BatchTest, KeepsTheOrderOfTheIndices) {
  const auto [dtype, channels_last] = GetParam();
  const Batch batch = load_batch(CountingDataset(20), kIndices, {.channels_last = channels_last, .dtype = dtype});
  EXPECT_TRUE(at::equal(batch.labels, at::tensor(kIndices, at::kLong)));
}

INSTANTIATE_TEST_SUITE_P(EveryDtypeAndLayout, BatchTest,
                         ::testing::Combine(::testing::Values(at::kDouble, at::kFloat, at::kBFloat16, at::kHalf),
                                            ::testing::Bool()));

TEST(LoadBatchTest, RefusesADtypeThatImagesCannotHave) {
  EXPECT_THROW(load_batch(CountingDataset(20), kIndices, {.dtype = at::kInt}), std::invalid_argument);
}

TEST(LoadBatchTest, RefusesAnIndexThatDoesNotExist) {
  const std::vector<std::int64_t> indices{1, 20};
  EXPECT_THROW(load_batch(CountingDataset(20), indices, {}), std::out_of_range);
}

TEST(LoadBatchTest, GivesAnEmptyBatchForNoIndices) {
  EXPECT_EQ(load_batch(CountingDataset(20), {}, {}).images.sizes(), at::IntArrayRef({0, 3, 2, 4}));
}

}  // namespace
}  // namespace scalemark::data
