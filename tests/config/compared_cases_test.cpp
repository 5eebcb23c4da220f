// Which cases a report compares, and the blocks that follow: whatever is compared takes turns.

#include "config/compared_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

Experiment load_keys(const std::string& keys) { return load("name: n\n" + keys + "\n"); }

/// "base > other", one text per pair, sorted and each once.
std::set<std::string> pairs_of(const std::string& keys) {
  const Experiment experiment = load_keys(keys);
  std::set<std::string> texts;
  for (const ComparedPair& pair : compared_pairs(experiment.cases))
    texts.insert(experiment.cases[pair.base].id + " > " + experiment.cases[pair.other].id);
  return texts;
}

std::vector<int> blocks_of(const std::string& keys) {
  std::vector<int> blocks;
  for (const CaseConfig& built : load_keys(keys).cases) blocks.push_back(built.block);
  return blocks;
}

using Texts = std::set<std::string>;
using Blocks = std::vector<int>;

TEST(ComparedCases, AFixedBatchPerRankAndAFixedGlobalBatchAreHeldAgainstTheFewestRanks) {
  EXPECT_EQ(pairs_of("sweep: {gpus: [1, 2], batch_size: [16, 32]}"),
            (Texts{"gpus=1,batch_size=16 > gpus=2,batch_size=16", "gpus=1,batch_size=32 > gpus=2,batch_size=32",
                   "gpus=1,batch_size=32 > gpus=2,batch_size=16"}));
  EXPECT_EQ(pairs_of("sweep: {gpus: [2, 4, 8], global_batch_size: [64]}"),
            (Texts{"gpus=2 > gpus=4", "gpus=2 > gpus=8"}));
}

TEST(ComparedCases, DataParallelIsHeldAgainstTheFewestDevices) {
  EXPECT_EQ(pairs_of("train: {mode: data_parallel}\nsweep: {gpus: [1, 2], batch_size: [16]}"),
            (Texts{"gpus=1 > gpus=2"}));
}

TEST(ComparedCases, SingleChangesAreHeldAgainstTheFirstCaseWithout) {
  EXPECT_EQ(pairs_of("cases: [{label: a, batch_size: 8}, {label: b, batch_size: 8, train.optimizer: adam, "
                     "train.learning_rate: 0.001}, {label: c, batch_size: 8, train.precision: bf16}, {label: d, "
                     "batch_size: 8, train.precision: bf16, train.optimizer: adamw}]"),
            (Texts{"a > b", "a > c", "c > d"}));
}

TEST(ComparedCases, AnotherSeedOrLengthMakesNoPair) {
  EXPECT_EQ(pairs_of("sweep: {batch_size: [8], train.seed: [1, 2]}"), Texts{});
  EXPECT_EQ(pairs_of("sweep: {gpus: [1, 2], batch_size: [8]}\ncases: [{label: long, gpus: 4, batch_size: 8, "
                     "measure.steps: 99}]"),
            Texts{"gpus=1 > gpus=2"});
}

TEST(Blocks, JoinWhatIsComparedBeItThroughAThirdCase) {
  // 1 x 32 is held against 2 x 16 at a fixed global batch: both batch sizes are one block.
  EXPECT_EQ(blocks_of("sweep: {gpus: [1, 2], batch_size: [16, 32]}"), (Blocks{1, 1, 1, 1}));
  EXPECT_EQ(blocks_of("sweep: {gpus: [1, 2], batch_size: [16, 64]}"), (Blocks{1, 2, 1, 2}));
  EXPECT_EQ(blocks_of("sweep: {gpus: [1, 2], global_batch_size: [64]}"), (Blocks{1, 1}));
  EXPECT_EQ(blocks_of("sweep: {train.precision: [fp32, bf16], gpus: [1, 2], batch_size: [8]}"), (Blocks{1, 1, 1, 1}));
}

TEST(Blocks, LeaveApartWhatNoTableCompares) {
  EXPECT_EQ(blocks_of("sweep: {batch_size: [8, 16, 32]}"), (Blocks{1, 2, 3}));
  EXPECT_EQ(blocks_of("sweep: {gpus: [1, 2], batch_size: [8]}\ncases: [{label: x, batch_size: 8, dataset.image_size: "
                      "64, train.accumulation: 2}]"),
            (Blocks{1, 1, 2}));
}

TEST(Blocks, OfThousandsOfCasesAreFoundWithinAMoment) {
  std::string values = "1";
  for (int i = 2; i <= 25; ++i) values += ", " + std::to_string(i);
  const auto blocks = blocks_of("sweep: {gpus: [1, 2], batch_size: [8], loader.workers: [" + values +
                                "], loader.prefetch: [" + values + "]}");
  EXPECT_EQ(blocks.size(), 1250U);
  EXPECT_EQ(std::set<int>(blocks.begin(), blocks.end()).size(), 1U);
}

}  // namespace
}  // namespace scalemark::config
