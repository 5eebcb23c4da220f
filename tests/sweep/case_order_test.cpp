#include "sweep/case_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace scalemark::sweep {
namespace {

config::CaseConfig a_case(int block, int gpus, std::int64_t batch, int repetitions) {
  config::CaseConfig config;
  config.id = std::to_string(block) + "-" + std::to_string(gpus);
  config.block = block;
  config.gpus = gpus;
  config.batch_per_gpu = batch;
  config.measure.repetitions = repetitions;
  return config;
}

constexpr std::uint64_t kSeed = 7;

using Pairs = std::vector<std::pair<std::size_t, int>>;

Pairs pairs(const std::vector<Visit>& visits) {
  Pairs result;
  for (const Visit& visit : visits) result.emplace_back(visit.case_index, visit.repetition);
  return result;
}

const auto nothing_done = [](const config::CaseConfig&) { return 0; };

TEST(CaseOrder, MeasuresABlockRoundByRound) {
  const std::vector<config::CaseConfig> cases{a_case(1, 1, 32, 9), a_case(1, 2, 16, 9), a_case(1, 4, 8, 4),
                                              a_case(1, 2, 32, 9), a_case(1, 1, 64, 9)};
  const auto done = [](const config::CaseConfig& config) { return config.gpus == 2 ? 1 : 0; };
  int round = 0;
  for (const Visit& visit : order_visits(cases, done, kSeed)) {
    EXPECT_GE(visit.repetition, round) << "a repetition of an earlier round";
    round = visit.repetition;
  }
  EXPECT_EQ(round, 8);
}

// Over many rounds each case has the same mean place.
TEST(CaseOrder, LetsADriftFavourNoCase) {
  constexpr int kRounds = 1000;
  std::vector<config::CaseConfig> cases;
  for (int i = 0; i < 5; ++i) cases.push_back(a_case(1, i + 1, 32, kRounds));
  std::vector<double> mean_place(cases.size());
  const auto visits = order_visits(cases, nothing_done, kSeed);
  for (std::size_t place = 0; place < visits.size(); ++place)
    mean_place[visits[place].case_index] += static_cast<double>(place % cases.size()) / kRounds;
  for (const double place : mean_place) EXPECT_NEAR(place, 2.0, 0.25);
}

TEST(CaseOrder, IsDrawnByLot) {
  const std::vector<config::CaseConfig> cases{a_case(1, 1, 32, 20), a_case(1, 2, 32, 20), a_case(1, 4, 32, 20)};
  EXPECT_EQ(pairs(order_visits(cases, nothing_done, 1)), pairs(order_visits(cases, nothing_done, 1)));
  EXPECT_NE(pairs(order_visits(cases, nothing_done, 1)), pairs(order_visits(cases, nothing_done, 2)));
}

TEST(CaseOrder, ARoundThatIsCutShortHasTheSmallStepsOfAllRanks) {
  const std::vector<config::CaseConfig> cases{a_case(1, 1, 32, 1), a_case(1, 1, 8, 1), a_case(1, 2, 32, 1),
                                              a_case(1, 2, 8, 1)};
  EXPECT_EQ(pairs(order_visits(cases, nothing_done, kSeed)), (Pairs{{1, 0}, {3, 0}, {0, 0}, {2, 0}}));
}

TEST(CaseOrder, SmallBlocksCompleteFirst) {
  const std::vector<config::CaseConfig> cases{a_case(2, 1, 512, 1), a_case(1, 1, 32, 1), a_case(2, 2, 512, 1)};
  EXPECT_EQ(pairs(order_visits(cases, nothing_done, kSeed)), (Pairs{{1, 0}, {0, 0}, {2, 0}}));
}

TEST(CaseOrder, LeavesOutWhatIsDone) {
  const std::vector<config::CaseConfig> cases{a_case(1, 1, 32, 3), a_case(1, 2, 32, 3)};
  const auto done = [](const config::CaseConfig& config) { return config.gpus == 1 ? 3 : 1; };
  EXPECT_EQ(pairs(order_visits(cases, done, kSeed)), (Pairs{{1, 1}, {1, 2}}));
}

TEST(CaseOrder, EveryRepetitionOfEveryCaseComesOnce) {
  const std::vector<config::CaseConfig> cases{a_case(1, 1, 8, 3), a_case(2, 1, 16, 5), a_case(1, 2, 8, 3),
                                              a_case(1, 4, 8, 3)};
  Pairs visits = pairs(order_visits(cases, nothing_done, kSeed));
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
