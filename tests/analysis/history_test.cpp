#include "analysis/history/history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <list>

#include "analysis/history/change_points.h"
#include "analysis/result_fixture.h"
#include "core/error.h"

namespace scalemark::analysis {
namespace {

using Values = std::vector<double>;

// Annual flow of the Nile at Aswan, 1871 to 1970: the level falls after 1898 (Cobb, Biometrika 65, 1978).
const Values kNile{1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
                   799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
                   701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
                   845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
                   771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
                   986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};

Values logs_of(const Values& values) {
  Values logs;
  for (const double value : values) logs.push_back(std::log(value));
  return logs;
}

TEST(ChangePoints, TheNileFallsIn1899) {
  const auto found = change_points(logs_of(kNile), 0.05, 0.02);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(1871 + found.front().at, 1899U);
  EXPECT_LT(found.front().p_value, 1e-6);
}

TEST(ChangePoints, NothingIsFoundInTooLittleOrTooSmall) {
  EXPECT_TRUE(change_points(Values{1.0}, 0.05, 0.0).empty());
  EXPECT_TRUE(change_points(Values{0.0, 0.0, 0.0, 0.0, 0.01, 0.01, 0.01, 0.01}, 0.05, 0.02).empty());
  EXPECT_TRUE(change_points(Values(30, 1.0), 0.05, 0.0).empty());
}

/// Runs of one case, named run0.h5, run1.h5, ...
class Runs {
 public:
  explicit Runs(const Values& step_seconds) {
    for (const double seconds : step_seconds) add(seconds);
  }

  results::ResultFile& add(double seconds) {
    auto record = make_case("gpus=2", 2, 10, Values{seconds, seconds});
    files_.push_back(make_file({record}, "2026-05-" + std::to_string(10 + files_.size())));
    return files_.back();
  }

  History examined() const {
    std::vector<NamedFile> named;
    for (const auto& file : files_) named.push_back({"run" + std::to_string(named.size()) + ".h5", &file});
    return examine_history(named, {});
  }

 private:
  std::list<results::ResultFile> files_;
};

Values quiet(int runs) {
  Values values;
  for (int i = 0; i < runs; ++i) values.push_back(1.0 + 0.003 * ((i * 7) % 5 - 2));
  return values;
}

TEST(History, AShiftInTheLastRunIsNewAndNamesWhatChanged) {
  Runs runs(quiet(12));
  EXPECT_FALSE(runs.examined().has_news());
  auto& last = runs.add(1.1);
  last.provenance.versions["driver"] = "570.10";
  last.provenance.hosts = {"node7"};
  last.provenance.environment["NCCL_ALGO"] = "Tree";
  const History history = runs.examined();
  ASSERT_EQ(history.cases.front().shifts.size(), 1U);
  const Shift& shift = history.cases.front().shifts.front();
  EXPECT_TRUE(shift.is_new);
  EXPECT_EQ(shift.run, 12U);
  EXPECT_NEAR(shift.ratio, 1.1, 0.005);
  EXPECT_EQ(shift.changes, (std::vector<std::string>{"driver: not recorded → 570.10", "NCCL_ALGO: not set → Tree",
                                                     "host: node1 → node7"}));
  EXPECT_TRUE(history.has_news());
}

TEST(History, AKnownShiftIsNoNews) {
  Values values = quiet(12);
  for (const double more : {1.1, 1.101, 1.099, 1.1}) values.push_back(more);
  const History history = Runs(values).examined();
  ASSERT_EQ(history.cases.front().shifts.size(), 1U);
  EXPECT_EQ(history.cases.front().shifts.front().run, 12U);
  EXPECT_FALSE(history.has_news());
  ASSERT_EQ(history.cases.front().levels.size(), 2U);
  EXPECT_NEAR(history.cases.front().levels.back().seconds.estimate, 1.1, 1e-3);
  EXPECT_GT(history.cases.front().levels.back().seconds.high, 1.1);
}

TEST(History, RunsAreOrderedByTimeWhateverTheirOrder) {
  Runs runs(quiet(6));
  runs.add(1.5).created = "2025-01-01";
  const History history = runs.examined();
  EXPECT_EQ(history.runs.front().name, "run6.h5");
  EXPECT_NEAR(history.cases.front().steps.front().seconds.estimate, 1.5, 1e-12);
}

TEST(History, ACaseThatTheLastRunBrokeIsNews) {
  Runs runs(quiet(4));
  auto& record = runs.add(1.0).cases.front();
  record.row.status = results::CaseStatus::kFailed;
  record.row.reason = "rank 1 died";
  const History history = runs.examined();
  EXPECT_EQ(history.cases.front().broken_now, "failed: rank 1 died");
  EXPECT_TRUE(history.has_news());
}

TEST(History, AnotherConfigIsNamedAndOneRunIsNoTrend) {
  Runs runs(quiet(4));
  runs.add(1.0).cases.front().row.global_batch = 4096;
  const History history = runs.examined();
  ASSERT_EQ(history.refused.size(), 1U);
  EXPECT_EQ(history.refused.front().name, "run4.h5");
  EXPECT_EQ(history.runs.size(), 4U);
  EXPECT_THROW(Runs(quiet(1)).examined(), InputError);
}

}  // namespace
}  // namespace scalemark::analysis
