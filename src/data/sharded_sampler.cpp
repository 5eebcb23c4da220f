#include "data/sharded_sampler.h"

#include <fmt/format.h>

#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/error.h"
#include "data/split_mix.h"

namespace scalemark::data {
namespace {

void check_ranks(int ranks, int rank) {
  if (rank < 0 || rank >= ranks) throw std::invalid_argument("a sampler needs 0 <= rank < ranks");
}

/// Fisher and Yates, written out: the result of std::shuffle differs between standard libraries.
void shuffle_indices(std::vector<std::int64_t>& indices, SplitMix random) {
  for (std::size_t left = indices.size(); left > 1; --left) {
    std::swap(indices[left - 1], indices[random.below(left)]);
  }
}

}  // namespace

ShardedSampler::ShardedSampler(std::int64_t size, int ranks, int rank, std::uint64_t seed, bool shuffle)
    : size_(size), ranks_(ranks), rank_(rank), seed_(seed), shuffle_(shuffle) {
  check_ranks(ranks, rank);
  if (size < 1) throw std::invalid_argument("a sampler needs at least one image");
}

std::int64_t ShardedSampler::shard_size() const { return (size_ + ranks_ - 1) / ranks_; }

std::int64_t ShardedSampler::batches(std::int64_t batch) const {
  if (batch >= 1 && batch <= shard_size()) return shard_size() / batch;
  throw InputError(fmt::format(
      "a batch of {} images per rank cannot be cut from a rank's share of {} images; allowed: 1 to {} (use a smaller "
      "batch_size, fewer gpus or more dataset.images)",
      batch, shard_size(), shard_size()));
}

std::vector<std::int64_t> ShardedSampler::indices(std::int64_t epoch) const {
  std::vector<std::int64_t> order(size_);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  if (shuffle_) shuffle_indices(order, SplitMix(substream(seed_, static_cast<std::uint64_t>(epoch))));
  std::vector<std::int64_t> shard(shard_size());
  for (std::size_t i = 0; i < shard.size(); ++i) shard[i] = order[(i * ranks_ + rank_) % order.size()];
  return shard;
}

std::vector<std::int64_t> evaluation_indices(std::int64_t size, int ranks, int rank) {
  check_ranks(ranks, rank);
  std::vector<std::int64_t> indices;
  for (std::int64_t index = rank; index < size; index += ranks) indices.push_back(index);
  return indices;
}

}  // namespace scalemark::data
