// Files that were damaged at random are read or refused with an InputError; anything else is a fault of the reader
// (a crash, or what the sanitizer build sees).
#include <gtest/gtest.h>

#include "data/dataset.h"
#include "data/sample_files.h"
#include "data/split_mix.h"

namespace scalemark::data {
namespace {

constexpr int kRounds = 400;

Bytes mutate(Bytes bytes, SplitMix& random) {
  const std::uint64_t changes = 1 + random.below(4);
  for (std::uint64_t i = 0; i < changes && !bytes.empty(); ++i) {
    // Headers are short: half of the changes go there.
    const std::uint64_t reach = random.below(2) == 0 ? std::min<std::uint64_t>(24, bytes.size()) : bytes.size();
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(random.below(reach));
    switch (random.below(4)) {
      case 0:
        *at = static_cast<std::uint8_t>(random.next());
        break;
      case 1:
        *at ^= static_cast<std::uint8_t>(1U << random.below(8));
        break;
      case 2:
        bytes.erase(at, bytes.begin() + std::min<std::ptrdiff_t>(at - bytes.begin() + 7, std::ssize(bytes)));
        break;
      default:
        bytes.insert(at, random.below(9), static_cast<std::uint8_t>(random.next()));
    }
  }
  return bytes;
}

/// Opens the data set and reads all of it; true where it was refused.
bool refused(const DatasetOptions& options, Split split) {
  try {
    const auto dataset = open_dataset(options, split);
    for (std::int64_t i = 0; i < dataset->size(); ++i) EXPECT_LT(read_image(*dataset, i).label, dataset->classes());
    return false;
  } catch (const InputError&) {
    return true;
  }
}

int count_refused(const std::string& dataset, const std::vector<std::pair<std::string, Bytes>>& files) {
  TemporaryFolder folder;
  SplitMix random(20240229);
  int count = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto damaged = random.below(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
      folder.write(files[i].first, i == damaged ? mutate(files[i].second, random) : files[i].second);
    }
    count += refused({.name = dataset, .path = folder.path()}, Split::kTest) ? 1 : 0;
  }
  return count;
}

TEST(MutationTest, IdxFiles) {
  const Bytes images = idx_bytes({5, 28, 28}, counting_bytes(std::size_t{5} * 784));
  const Bytes labels = idx_bytes({5}, {1, 2, 3, 4, 5});
  EXPECT_GT(count_refused("fashion-mnist", {{"t10k-images-idx3-ubyte", images}, {"t10k-labels-idx1-ubyte", labels}}),
            kRounds / 2);
}

TEST(MutationTest, GzipFiles) {
  const Bytes images = gzip(idx_bytes({5, 28, 28}, counting_bytes(std::size_t{5} * 784)));
  const Bytes labels = gzip(idx_bytes({5}, {1, 2, 3, 4, 5}));
  EXPECT_GT(
      count_refused("fashion-mnist", {{"t10k-images-idx3-ubyte.gz", images}, {"t10k-labels-idx1-ubyte.gz", labels}}),
      kRounds / 2);
}

TEST(MutationTest, CifarFiles) {
  Bytes records = cifar_record(3, 10);
  records.insert(records.end(), records.begin(), records.end());
  EXPECT_GT(count_refused("cifar10", {{"test_batch.bin", records}}), kRounds / 4);
}

}  // namespace
}  // namespace scalemark::data
