// That reads wait at least as long as the model says, which no load of the machine can hide, and together where they
// are asked for together, which is told from one after another by a factor of fifty.
#include "data/storage_model.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "data/counting_dataset.h"

namespace scalemark::data {
namespace {

constexpr std::int64_t kSize = 100;

std::unique_ptr<Dataset> behind(const StorageModel& model, std::uint64_t seed = 1) {
  return behind_storage(std::make_unique<CountingDataset>(kSize), model, seed);
}

template <typename Work>
double seconds_of(Work&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void read_images(const Dataset& dataset, std::int64_t first, std::int64_t count) {
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = first; i < first + count; ++i) dataset.fetch(i, buffer);
}

TEST(StorageModelTest, EveryReadTakesTheLatency) {
  const auto dataset = behind({.latency_seconds = 0.01});
  EXPECT_GE(seconds_of([&] { read_images(*dataset, 0, 10); }), 0.1);
}

TEST(StorageModelTest, ReadsAskedForTogetherWaitTogether) {
  const auto dataset = behind({.latency_seconds = 0.2});
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < kSize; ++i) indices.push_back(i);
  std::vector<StoredImage> images(kSize);
  const double seconds = seconds_of([&] { dataset->fetch_all(indices, images); });
  EXPECT_GE(seconds, 0.2);
  EXPECT_LT(seconds, kSize * 0.2 / 2);
  for (std::int64_t i = 0; i < kSize; ++i) EXPECT_EQ(images[i].bytes()[1], CountingDataset::pixel(i, 1)) << i;
}

TEST(StorageModelTest, JitterIsDrawnForEachImageUpToItsSize) {
  const auto dataset = behind({.jitter_seconds = 0.002});
  // 100 draws of 1 ms in the mean, which the seed fixes: below 80 ms only if they are not spread up to 2 ms.
  EXPECT_GE(seconds_of([&] { read_images(*dataset, 0, kSize); }), 0.08);
}

TEST(StorageModelTest, AllReadsShareTheBandwidth) {
  const auto image_bytes = static_cast<double>(CountingDataset::kShape.bytes());
  const auto dataset = behind({.bandwidth_bytes_per_second = 100 * image_bytes});
  const double seconds = seconds_of([&] {
    std::jthread other([&] { read_images(*dataset, 10, 10); });
    read_images(*dataset, 0, 10);
  });
  EXPECT_GE(seconds, 0.2);
}

}  // namespace
}  // namespace scalemark::data
