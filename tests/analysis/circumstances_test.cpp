// The same work on other hosts, or under another environment, is another measurement.

#include <gtest/gtest.h>

#include "analysis/report.h"
#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::ResultFile;

/// One and two ranks, the step times of a scale of 1 s.
ResultFile sweep_file(double scale, std::map<std::string, std::string> environment, const std::string& host = "node1") {
  auto one = make_case("alone", 1, 10, {scale, 1.01 * scale, 0.99 * scale});
  auto two = make_case("pair", 2, 10, {1.25 * scale, 1.26 * scale, 1.24 * scale});
  for (auto* record : {&one, &two}) {
    for (auto& rank : record->rank_rows) rank.host = host;
  }
  ResultFile file = make_file({one, two});
  file.provenance.environment = std::move(environment);
  file.provenance.hosts = {host, host};
  return file;
}

std::vector<std::string> names_in(const Report& report) {
  std::vector<std::string> names;
  for (const auto& line : report.cases) names.push_back(line.key.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Circumstances, OtherVariablesOfNcclAndOpenMpAreNoDuplicate) {
  const Report report = build_report({sweep_file(1.0, {{"OMP_NUM_THREADS", "1"}}),
                                      sweep_file(2.0, {{"OMP_NUM_THREADS", "1"}, {"NCCL_ALGO", "Ring"}})});
  ASSERT_EQ(names_in(report), (Names{"alone (NCCL_ALGO not set)", "pair (NCCL_ALGO not set)", "alone (NCCL_ALGO=Ring)",
                                     "pair (NCCL_ALGO=Ring)"}));
  EXPECT_EQ(report.notes, Names{"The names alone; pair stand for different cases in file 1 and file 2: NCCL_ALGO not "
                                "set against Ring."});
  EXPECT_EQ(report.cases[2].environment, "NCCL_ALGO=Ring OMP_NUM_THREADS=1");
  ASSERT_EQ(report.fixed_work.size(), 4u);
  for (const auto& row : report.fixed_work) {
    if (!row.is_baseline) {
      EXPECT_TRUE(row.paired) << row.key.name << " over " << row.baseline;
    }
  }
  EXPECT_EQ(report.batch_series.size(), 0u);
}

TEST(Circumstances, OtherNumbersOfThreadsAreNoDuplicateAndTheBaselineIsOfTheSameFile) {
  const Report report =
      build_report({sweep_file(1.0, {{"OMP_NUM_THREADS", "1"}}), sweep_file(2.0, {{"OMP_NUM_THREADS", "2"}})});
  ASSERT_EQ(names_in(report), (Names{"alone (OMP_NUM_THREADS=1)", "pair (OMP_NUM_THREADS=1)",
                                     "alone (OMP_NUM_THREADS=2)", "pair (OMP_NUM_THREADS=2)"}));
  ASSERT_EQ(report.fixed_work.size(), 4u);
  for (const auto& row : report.fixed_work) {
    if (row.key.ranks == 2) {
      EXPECT_NEAR(row.speedup.estimate, 1.6, 1e-12) << row.key.name << " over " << row.baseline;
    }
  }
}

TEST(Circumstances, OtherHostsAreNoDuplicate) {
  const Report report = build_report({sweep_file(1.0, {}), sweep_file(2.0, {}, "node2")});
  ASSERT_EQ(names_in(report),
            (Names{"alone (host node1)", "pair (host node1)", "alone (host node2)", "pair (host node2)"}));
  EXPECT_EQ(report.notes, Names{"The names alone; pair stand for different cases in file 1 and file 2: host node1 "
                                "against node2."});
  for (const auto& row : report.fixed_work) {
    if (row.key.ranks == 2) {
      EXPECT_NEAR(row.speedup.estimate, 1.6, 1e-12) << row.baseline;
    }
  }
}

TEST(Circumstances, TheSameEverywhereIsADuplicateAndSaidOnce) {
  const Report report = build_report({sweep_file(1.0, {{"NCCL_ALGO", "Ring"}, {"SLURM_JOB_ID", "1"}}),
                                      sweep_file(1.0, {{"NCCL_ALGO", "Ring"}, {"SLURM_JOB_ID", "2"}})});
  ASSERT_EQ(names_in(report), (Names{"alone", "pair"}));
  EXPECT_EQ(report.notes, Names{"The cases alone; pair are in file 1 and in file 2: file 2 was given later, and its "
                                "measurement is shown."});
}

TEST(Circumstances, OneJobPerNumberOfRanksScalesAcrossHosts) {
  auto alone = make_file({make_case("alone", 1, 10, {1.0, 1.01, 0.99})});
  auto pair = make_file({make_case("pair", 2, 10, {1.25, 1.26, 1.24})});
  for (auto& rank : pair.cases[0].rank_rows) rank.host = "node7";
  const Report report = build_report({alone, pair});
  ASSERT_EQ(names_in(report), (Names{"alone", "pair"}));
  ASSERT_EQ(report.fixed_work.size(), 2u);
  EXPECT_NEAR(report.fixed_work[1].speedup.estimate, 1.6, 1e-12) << report.fixed_work[1].refusal;
}

TEST(Circumstances, AnEfficiencyAcrossTwoEnvironmentsIsRefused) {
  auto alone = make_file({make_case("alone", 1, 10, {1.0, 1.01, 0.99})});
  auto pair = make_file({make_case("pair", 2, 10, {1.25, 1.26, 1.24})});
  pair.provenance.environment = {{"NCCL_PROTO", "Simple"}};
  const Report report = build_report({alone, pair});
  ASSERT_EQ(report.fixed_work.size(), 1u);
  EXPECT_TRUE(contains(report.fixed_work[0].refusal, "NCCL_PROTO not set against Simple"))
      << report.fixed_work[0].refusal;
}

}  // namespace
}  // namespace scalemark::analysis
