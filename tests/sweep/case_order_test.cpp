#include "sweep/case_order.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace scalemark::sweep {
namespace {

config::CaseConfig a_case(const std::string& block, int gpus, std::int64_t batch, int repetitions) {
  config::CaseConfig config;
  config.id = block + "-" + std::to_string(gpus);
  config.block = block;
  config.gpus = gpus;
  config.batch_per_gpu = batch;
  config.measure.repetitions = repetitions;
  return config;
}

using Pairs = std::vector<std::pair<std::size_t, int>>;

Pairs pairs(const std::vector<Visit>& visits) {
  Pairs result;
  for (const Visit& visit : visits) result.emplace_back(visit.case_index, visit.repetition);
  return result;
}

const auto nothing_done = [](const config::CaseConfig&) { return 0; };

TEST(CaseOrder, InterleavesABlockAndBeginsEachRepetitionWithAnotherCase) {
  const std::vector<config::CaseConfig> cases{a_case("b", 1, 32, 2), a_case("b", 2, 32, 2)};
  EXPECT_EQ(pairs(order_visits(cases, nothing_done)), (Pairs{{0, 0}, {1, 0}, {1, 1}, {0, 1}}));
}

TEST(CaseOrder, SmallBlocksCompleteFirst) {
  const std::vector<config::CaseConfig> cases{a_case("large", 1, 512, 1), a_case("small", 1, 32, 1),
                                              a_case("large", 2, 512, 1)};
  EXPECT_EQ(pairs(order_visits(cases, nothing_done)), (Pairs{{1, 0}, {0, 0}, {2, 0}}));
}

TEST(CaseOrder, LeavesOutWhatIsDone) {
  const std::vector<config::CaseConfig> cases{a_case("b", 1, 32, 3), a_case("b", 2, 32, 3)};
  const auto done = [](const config::CaseConfig& config) { return config.gpus == 1 ? 3 : 1; };
  EXPECT_EQ(pairs(order_visits(cases, done)), (Pairs{{1, 1}, {1, 2}}));
}

TEST(CaseOrder, EveryRepetitionOfEveryCaseComesOnce) {
  const std::vector<config::CaseConfig> cases{a_case("a", 1, 8, 3), a_case("b", 1, 16, 5), a_case("a", 2, 8, 3),
                                              a_case("a", 4, 8, 3)};
  Pairs visits = pairs(order_visits(cases, nothing_done));
  std::sort(visits.begin(), visits.end());
  Pairs expected;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (int repetition = 0; repetition < cases[i].measure.repetitions; ++repetition)
      expected.emplace_back(i, repetition);
  }
  EXPECT_EQ(visits, expected);
}

}  // namespace
}  // namespace scalemark::sweep
