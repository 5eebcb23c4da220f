#pragma once

#include <cstdint>
#include <vector>

namespace scalemark::data {

/// Which images a rank sees in an epoch, as torch.utils.data.DistributedSampler does it: one permutation per seed and
/// epoch, the same on every rank, padded by its beginning to a multiple of the ranks, dealt out in turn.
/// So the union over ranks of step s is the same set for any number of ranks with the same global batch, as long as
/// the step reaches no padding: (s + 1) x global batch <= size.
class ShardedSampler {
 public:
  /// @throws std::invalid_argument unless size >= 1 and 0 <= rank < ranks.
  ShardedSampler(std::int64_t size, int ranks, int rank, std::uint64_t seed, bool shuffle = true);

  /// Images per rank and epoch: ceil(size / ranks).
  std::int64_t shard_size() const;

  /// Whole batches of `batch` images per rank and epoch.
  /// @throws InputError where there is none: `batch` is not 1 to shard_size().
  std::int64_t batches(std::int64_t batch) const;

  /// This rank's image indices of `epoch`, [shard_size()].
  std::vector<std::int64_t> indices(std::int64_t epoch) const;

 private:
  std::int64_t size_;
  int ranks_;
  int rank_;
  std::uint64_t seed_;
  bool shuffle_;
};

/// The images that `rank` evaluates: without padding, so that over the ranks each image counts exactly once. Shards may
/// differ by one image, and are empty where there are more ranks than images.
std::vector<std::int64_t> evaluation_indices(std::int64_t size, int ranks, int rank);

}  // namespace scalemark::data
