#include "data/sharded_sampler.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

#include "core/error.h"

namespace scalemark::data {
namespace {

using Indices = std::vector<std::int64_t>;
using ::testing::ElementsAre;

/// Every rank's shard, one after the other.
std::vector<Indices> shards(std::int64_t size, int ranks, std::int64_t epoch, bool shuffle = true) {
  std::vector<Indices> all;
  all.reserve(ranks);
  for (int rank = 0; rank < ranks; ++rank) all.push_back(ShardedSampler(size, ranks, rank, 3, shuffle).indices(epoch));
  return all;
}

Indices all_images(std::int64_t size) {
  Indices indices(size);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

TEST(ShardedSamplerTest, DealsOutAsDistributedSamplerWithoutShuffling) {
  // list(DistributedSampler(range(10), num_replicas=4, rank=r, shuffle=False)) of torch 2.11 for r = 0 to 3.
  EXPECT_THAT(shards(10, 4, 0, false),
              ElementsAre(Indices{0, 4, 8}, Indices{1, 5, 9}, Indices{2, 6, 0}, Indices{3, 7, 1}));
  // The same for range(2) and 5 replicas: the padding repeats the set more than once.
  EXPECT_THAT(shards(2, 5, 0, false), ElementsAre(Indices{0}, Indices{1}, Indices{0}, Indices{1}, Indices{0}));
}

TEST(ShardedSamplerTest, CoversEveryImageOnceWhereRanksDivideTheSize) {
  for (const int ranks : {1, 2, 4, 5}) {
    Indices seen;
    for (const Indices& shard : shards(100, ranks, 2)) {
      EXPECT_EQ(shard.size(), 100 / ranks);
      seen.insert(seen.end(), shard.begin(), shard.end());
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, all_images(100)) << ranks << " ranks";
  }
}

TEST(ShardedSamplerTest, PadsByTheBeginningOfThePermutation) {
  const Indices order = ShardedSampler(10, 1, 0, 3).indices(0);
  const auto dealt = shards(10, 4, 0);
  for (int k = 0; k < 12; ++k) EXPECT_EQ(dealt[k % 4][k / 4], order[k % 10]) << "position " << k;
}

TEST(ShardedSamplerTest, AStepSeesTheSameImagesForAnyNumberOfRanks) {
  constexpr int kGlobalBatch = 8;
  for (std::int64_t step = 0; step < 12; ++step) {
    std::set<std::multiset<std::int64_t>> seen;
    for (const int ranks : {1, 2, 4, 8}) {
      std::multiset<std::int64_t> images;
      for (const Indices& shard : shards(99, ranks, 1)) {
        const int batch = kGlobalBatch / ranks;
        images.insert(shard.begin() + step * batch, shard.begin() + (step + 1) * batch);
      }
      seen.insert(images);
    }
    EXPECT_EQ(seen.size(), 1) << "step " << step;
  }
}

TEST(ShardedSamplerTest, PermutesBySeedAndEpoch) {
  const ShardedSampler sampler(1000, 1, 0, 3);
  EXPECT_EQ(sampler.indices(4), sampler.indices(4));
  EXPECT_NE(sampler.indices(4), sampler.indices(5));
  EXPECT_NE(sampler.indices(4), ShardedSampler(1000, 1, 0, 4).indices(4));
}

TEST(ShardedSamplerTest, IsTheSameOnEveryMachine) {
  // From a Python transcription of SplitMix64, its seeding and Fisher-Yates.
  EXPECT_THAT(ShardedSampler(10, 1, 0, 1).indices(0), ElementsAre(0, 8, 1, 4, 2, 3, 6, 9, 7, 5));
  EXPECT_THAT(ShardedSampler(10, 1, 0, 1).indices(7), ElementsAre(6, 5, 7, 0, 2, 9, 8, 4, 3, 1));
}

TEST(ShardedSamplerTest, PermutesUniformly) {
  // 6 orders of 3 images, 6000 draws: chi-square with 5 degrees of freedom stays under 20.5 with probability 0.999.
  std::map<Indices, int> counts;
  const ShardedSampler sampler(3, 1, 0, 11);
  for (int epoch = 0; epoch < 6000; ++epoch) ++counts[sampler.indices(epoch)];
  double chi_square = 0;
  for (const auto& [order, count] : counts) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  EXPECT_EQ(counts.size(), 6);
  EXPECT_LT(chi_square, 20.5);
}

TEST(ShardedSamplerTest, CountsWholeBatchesAndRefusesNone) {
  const ShardedSampler sampler(99, 2, 0, 1);  // 50 images per rank
  EXPECT_EQ(sampler.batches(16), 3);
  EXPECT_EQ(sampler.batches(50), 1);
  EXPECT_THROW(static_cast<void>(sampler.batches(51)), InputError);
  EXPECT_THROW(static_cast<void>(sampler.batches(0)), InputError);
}

TEST(ShardedSamplerTest, RefusesRanksThatDoNotExist) {
  EXPECT_THROW(ShardedSampler(10, 2, 2, 1), std::invalid_argument);
  EXPECT_THROW(ShardedSampler(10, 2, -1, 1), std::invalid_argument);
  EXPECT_THROW(ShardedSampler(0, 1, 0, 1), std::invalid_argument);
  EXPECT_THROW(evaluation_indices(10, 0, 0), std::invalid_argument);
}

TEST(EvaluationIndicesTest, CountEachImageOnceOverTheRanks) {
  for (const int size : {1, 10, 11, 13}) {
    for (const int ranks : {1, 2, 4}) {
      Indices seen;
      for (int rank = 0; rank < ranks; ++rank) {
        const Indices shard = evaluation_indices(size, ranks, rank);
        EXPECT_LE(shard.size(), size / ranks + 1);
        seen.insert(seen.end(), shard.begin(), shard.end());
      }
      std::sort(seen.begin(), seen.end());
      EXPECT_EQ(seen, all_images(size)) << size << " images, " << ranks << " ranks";
    }
  }
}

}  // namespace
}  // namespace scalemark::data
