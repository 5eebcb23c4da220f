#include "data/loader.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "data/counting_dataset.h"

namespace scalemark::data {
namespace {

constexpr std::int64_t kSize = 500;
constexpr std::int64_t kBatch = 150;  // three parts of a batch, the last one smaller

std::shared_ptr<const Dataset> images(std::int64_t damaged = -1) {
  return std::make_shared<CountingDataset>(kSize, damaged);
}

ShardedSampler sampler(std::int64_t size = kSize) { return {size, 1, 0, 9}; }

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

TEST_P(LoaderTest, ThrowsWhatReadingThrewInTheMiddleOfItsBatch) {
  const std::int64_t damaged = sampler().indices(0)[kBatch + 70];
  Loader loader(images(damaged), sampler(), options());
  EXPECT_NO_THROW(loader.next());
  try {
    loader.next();
    FAIL() << "expected an error";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), "image " + std::to_string(damaged) + " is damaged");
  }
  EXPECT_THROW(loader.next(), std::logic_error);
  loader.rewind();
  EXPECT_NO_THROW(loader.next());
}

TEST_P(LoaderTest, EndsAtAnyMoment) {
  for (int i = 0; i < 30; ++i) {
    Loader loader(images(), sampler(), options());
    for (int taken = 0; taken < i % 3; ++taken) loader.next();
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

}  // namespace
}  // namespace scalemark::data
