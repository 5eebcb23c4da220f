#include <gtest/gtest.h>

#include "doctor/diagnosis.h"
#include "doctor/made_up_job.h"

namespace scalemark::doctor {
namespace {

TEST(Facts, ComeToRankZeroAsTheyLeft) {
  JobFacts job = made_up_job(2, 2);
  job.ranks[3].gpus[1].unreachable = {0};
  job.ranks[3].clock_ahead_seconds = -3.5;
  job.ranks[1].launch.has_pmi = true;
  for (const auto& rank : job.ranks) EXPECT_EQ(to_text(rank_facts_of(to_text(rank))), to_text(rank));
  const RankFacts arrived = rank_facts_of(to_text(job.ranks[3]));
  EXPECT_EQ(arrived.gpus[1].unreachable, std::vector<int>{0});
  EXPECT_EQ(arrived.clock_ahead_seconds, -3.5);
  EXPECT_EQ(arrived.cores, job.ranks[3].cores);
  EXPECT_EQ(arrived.data_faults, job.ranks[3].data_faults);
  EXPECT_EQ(arrived.interfaces[2].name, "ib0");
}

TEST(Facts, SurviveTextThatIsNoUtf8) {
  JobFacts job = made_up_job(1, 1);
  job.ranks[0].host = "caf\xe9";
  EXPECT_EQ(rank_facts_of(to_text(job.ranks[0])).host, "caf\xef\xbf\xbd");
}

TEST(Facts, GpusAreCountedByTheDriverOrElseByTheEnvironment) {
  RankFacts rank;
  EXPECT_EQ(visible_gpus(rank), 0);
  rank.visible_devices = "NoDevFiles";
  EXPECT_EQ(visible_gpus(rank), 0);
  rank.visible_devices = "0,1,2,3";
  EXPECT_EQ(visible_gpus(rank), 4);
  rank.gpus.push_back(made_up_gpu("GPU-1"));
  EXPECT_EQ(visible_gpus(rank), 1);
}

TEST(Facts, ManyRanksAreNamedInPart) {
  const JobFacts job = made_up_job(1, 16);
  std::vector<const RankFacts*> all;
  for (const auto& rank : job.ranks) all.push_back(&rank);
  EXPECT_EQ(ranks_text(all), "ranks 0, 1, 2, 3, 4, 5, 6, 7 and 8 more");
  EXPECT_EQ(ranks_text({all[5]}), "rank 5");
}

}  // namespace
}  // namespace scalemark::doctor
