#include "analysis/ranks/rank_findings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "analysis/ranks/rank_samples.h"
#include "analysis/ranks/spikes.h"
#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::StepSamples;

/// [repetition, step, rank] by a formula of repetition, step and rank.
StepSamples samples_of(std::int64_t repetitions, std::int64_t steps, std::int64_t ranks,
                       const std::function<double(std::int64_t, std::int64_t, std::int64_t)>& seconds) {
  StepSamples samples{steps, ranks, {}};
  for (std::int64_t repetition = 0; repetition < repetitions; ++repetition) {
    for (std::int64_t step = 0; step < steps; ++step) {
      for (std::int64_t rank = 0; rank < ranks; ++rank) samples.seconds.push_back(seconds(repetition, step, rank));
    }
  }
  return samples;
}

/// Four ranks on two hosts with a GPU each, all alike.
CaseRecord four_ranks(const StepSamples& no_sync) {
  CaseRecord record = make_case("four", 4, 10, {1.0, 1.0, 1.0, 1.0, 1.0});
  for (auto& row : record.rank_rows) {
    row.host = row.rank < 2 ? "node1" : "node2";
    row.device_uuid = "GPU-" + std::to_string(row.rank);
  }
  record.arms["no_sync"] = no_sync;
  return record;
}

std::vector<RankFinding> findings_of(const CaseRecord& record) {
  const std::vector<results::ResultFile> files{make_file({record})};
  return rank_findings(merge_cases(files).cases.front());
}

/// Within 0.2 % of each other, without any order.
double unevenness(std::int64_t repetition, std::int64_t step, std::int64_t rank) {
  return 1.0 + 0.0005 * static_cast<double>((7 * repetition + 5 * step + 3 * rank) % 5);
}

TEST(RankFindings, EvenRanksHaveNone) {
  EXPECT_TRUE(findings_of(four_ranks(samples_of(5, 20, 4, unevenness))).empty());
  EXPECT_TRUE(findings_of(make_case("alone", 1, 10, {1.0, 1.0, 1.0})).empty());
  EXPECT_TRUE(findings_of(make_case("nothing", 2, 10, {})).empty());
}

TEST(RankFindings, NamesTheSlowRankItsHostAndItsDevice) {
  CaseRecord record = four_ranks(
      samples_of(5, 20, 4, [](auto r, auto s, auto rank) { return unevenness(r, s, rank) + (rank == 2 ? 0.2 : 0.0); }));
  record.phase_names = {"forward", "backward"};
  record.phase_seconds = {samples_of(5, 4, 4, [](auto, auto, auto) { return 0.3; }),
                          samples_of(5, 4, 4, [](auto, auto, auto rank) { return rank == 2 ? 0.7 : 0.5; })};
  const auto findings = findings_of(record);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "slow compute");
  EXPECT_EQ(rank_name(findings[0]), "rank 2 (node2, GPU-2)");
  EXPECT_NEAR(findings[0].excess_seconds.estimate, 0.2, 0.002);
  EXPECT_NE(findings[0].text.find("(+20 %), most of it in backward (200 ms)"), std::string::npos) << findings[0].text;
}

TEST(RankFindings, AnUnclearDifferenceIsNotNamed) {
  // Rank 1 is slower by 5 % on the average, but as often not at all.
  const auto findings = findings_of(four_ranks(
      samples_of(4, 20, 4, [](auto r, auto, auto rank) { return 1.0 + (rank == 1 && r % 2 == 0 ? 0.1 : 0.0); })));
  EXPECT_TRUE(findings.empty()) << findings[0].text;
}

TEST(RankFindings, TheFirstBucketShowsWhoComesLateAndWhere) {
  CaseRecord record = four_ranks(samples_of(5, 20, 4, unevenness));
  record.phase_names = {"load", "forward"};
  record.phase_seconds = {samples_of(5, 4, 4, [](auto, auto, auto rank) { return rank == 3 ? 0.06 : 0.01; }),
                          samples_of(5, 4, 4, [](auto, auto, auto) { return 0.3; })};
  record.bucket_ready_seconds = {samples_of(5, 4, 4, [](auto, auto, auto) { return 0.1; })};
  // Its input is not counted as compute.
  for (std::size_t i = 3; i < record.arms["no_sync"].seconds.size(); i += 4) record.arms["no_sync"].seconds[i] += 0.05;
  const auto findings = findings_of(record);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "late at the first bucket");
  EXPECT_EQ(findings[0].rank, 3);
  EXPECT_NEAR(findings[0].excess_seconds.estimate, 0.05, 1e-9);
  EXPECT_NE(findings[0].text.find("most of it in load (50.0 ms)"), std::string::npos) << findings[0].text;
}

TEST(RankFindings, PeriodicSpikesAreNamedWithTheirPeriod) {
  const auto findings = findings_of(four_ranks(samples_of(3, 40, 4, [](auto r, auto s, auto rank) {
    return unevenness(r, s, rank) + (rank == 0 && (s + r) % 8 == 7 ? 0.5 : 0.0);
  })));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "periodic spikes");
  EXPECT_EQ(findings[0].rank, 0);
  EXPECT_NE(findings[0].text.find("15 of 120 steps take 500 ms longer than its median step, one about every 8 steps"),
            std::string::npos)
      << findings[0].text;
}

TEST(RankFindings, SpikesWithoutOrderAreNotCalledPeriodic) {
  const auto findings = findings_of(four_ranks(samples_of(1, 100, 4, [](auto r, auto s, auto rank) {
    const bool spike = s == 3 || s == 10 || s == 40 || s == 44 || s == 90;
    return unevenness(r, s, rank) + (rank == 1 && spike ? 1.0 : 0.0);
  })));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "spikes");
}

TEST(RankFindings, ADriftingRankIsNamed) {
  const auto findings = findings_of(four_ranks(samples_of(6, 20, 4, [](auto r, auto s, auto rank) {
    return unevenness(r, s, rank) * (rank == 3 ? 0.97 + 0.01 * static_cast<double>(r) : 1.0);
  })));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "drift");
  EXPECT_EQ(findings[0].rank, 3);
  EXPECT_NE(findings[0].text.find("lowers its clocks"), std::string::npos) << findings[0].text;
}

TEST(RankSamples, DrawsTheSlowestAndTheFastestOfManyRanks) {
  CaseRecord record = make_case("many", 40, 10, {1.0});
  record.arms["full"] = samples_of(2, 10, 40, [](auto, auto, auto rank) {
    return rank == 17 ? 2.0 : rank == 23 ? 0.5 : 1.0;
  });
  const std::vector<results::ResultFile> files{make_file({record})};
  const auto ranks = rank_samples(merge_cases(files).cases.front());
  ASSERT_EQ(ranks.size(), 40u);
  const auto drawn = std::count_if(ranks.begin(), ranks.end(), [](const auto& rank) { return !rank.points.empty(); });
  EXPECT_EQ(drawn, static_cast<std::ptrdiff_t>(kMostStripsPerCase));
  EXPECT_EQ(ranks[17].points.size(), 20u);
  EXPECT_EQ(ranks[23].points.size(), 20u);
  EXPECT_EQ(ranks[17].highest_seconds, 2.0);
}

TEST(Thinning, KeepsTheExtremesAndTheOrder) {
  std::vector<double> values(5000, 1.0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += 0.001 * static_cast<double>(i * 37 % 101);
  values[1234] = 9.0;
  values[4321] = 0.1;
  values[77] = std::nan("");
  const auto points = thinned(values, kMostPointsPerStrip);
  EXPECT_LE(points.size(), kMostPointsPerStrip);
  EXPECT_GT(points.size(), kMostPointsPerStrip / 2);
  const auto holds = [&](std::size_t index) {
    return std::any_of(points.begin(), points.end(), [&](const auto& point) { return point.index == index; });
  };
  EXPECT_TRUE(holds(1234));
  EXPECT_TRUE(holds(4321));
  EXPECT_FALSE(holds(77));
  for (std::size_t i = 1; i < points.size(); ++i) EXPECT_LT(points[i - 1].index, points[i].index);
}

TEST(Thinning, ShortSeriesAreKeptWhole) {
  const std::vector<double> values{3.0, 1.0, std::nan(""), 2.0};
  const auto points = thinned(values, 200);
  ASSERT_EQ(points.size(), 3u);
  EXPECT_EQ(points[2].index, 3u);
  EXPECT_TRUE(thinned(std::vector<double>{}, 200).empty());
  EXPECT_EQ(thinned(std::vector<double>(1000, 5.0), 2).size(), 2u);
}

}  // namespace
}  // namespace scalemark::analysis
