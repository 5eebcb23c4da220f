// Files of `scalemark comm` in a report and in a comparison.

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/comparison/comparison.h"
#include "analysis/result_fixture.h"
#include "core/error.h"
#include "report/charts/figures.h"
#include "report/pages/comparison_page.h"
#include "report/pages/html.h"
#include "report/pages/markdown.h"
#include "report/pages/summary.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

using results::CommRecord;
using results::ResultFile;

/// Two sizes, three repetitions, two ranks of which the second is slower: 10 us and 1 ms by `scale`.
CommRecord collective(const std::string& op, double scale = 1.0) {
  CommRecord record;
  record.op = op;
  record.backend = "nccl";
  record.type = "float";
  record.repetitions = 3;
  record.ranks = 2;
  record.bytes = {1024, 1 << 20};
  for (const double seconds : {10e-6, 1e-3}) {
    for (const double noise : {0.99, 1.0, 1.01})
      record.seconds.insert(record.seconds.end(), {0.5 * seconds * scale * noise, seconds * scale * noise});
  }
  record.wrong = {0, 0};
  record.expected_bus_bandwidth = 4e9;
  record.links = "a link";
  return record;
}

ResultFile comm_file(const std::vector<CommRecord>& records, const std::string& algorithm = "") {
  ResultFile file = make_file({});
  file.title = "collectives";
  file.comm = records;
  file.provenance.devices = {"NVIDIA H200, GPU-1, 0000:01", "NVIDIA H200, GPU-2, 0000:02"};
  if (!algorithm.empty()) file.provenance.environment = {{"NCCL_ALGO", algorithm}};
  return file;
}

TEST(Collectives, AreCountedAsNcclTestsDoes) {
  CommRecord queued = collective("all_gather");
  queued.in_a_row.queued_seconds = {2e-6, 4e-6, 1e-4, 3e-4};
  queued.in_a_row.call_seconds = {1e-6, 1e-6, 1e-6, 1e-6};
  const Report report = build_report({comm_file({collective("all_reduce"), queued, collective("sendrecv")})});
  ASSERT_EQ(report.collectives.size(), 6u);
  const auto& reduced = report.collectives[1];
  EXPECT_NEAR(reduced.seconds, 1e-3, 1e-15) << "the median of the slowest rank, where none are in a row";
  EXPECT_NEAR(reduced.algorithm_bandwidth, 1048576 / 1e-3, 1e-3);
  EXPECT_NEAR(reduced.bus_bandwidth, 1048576 / 1e-3, 1e-3) << "2 (n - 1) / n is 1 for two";
  EXPECT_NEAR(reduced.share_of_links, 1048576 / 1e-3 / 4e9, 1e-12);
  EXPECT_NEAR(report.collectives[2].seconds, 3e-6, 1e-18) << "in a row: the mean of the ranks";
  EXPECT_NEAR(report.collectives[2].bus_bandwidth, 0.5 * 1024 / 3e-6, 1e-3);
  EXPECT_TRUE(std::isnan(report.collectives[5].share_of_links)) << "sendrecv uses few of the links";
}

TEST(Collectives, HaveASectionAndAFigureAloneAndBesideASweep) {
  const auto comm = comm_file({collective("all_reduce"), collective("broadcast")});
  const auto sweep =
      make_file({make_case("alone", 1, 10, {1.0, 1.0, 1.0}), make_case("pair", 2, 10, {1.25, 1.25, 1.25})});
  for (const auto& files : {std::vector{comm}, std::vector{sweep, comm}}) {
    const Report report = build_report(files);
    const auto sections = sections_of(report);
    const std::string html = html_page(report, sections);
    const std::string markdown = markdown_page(report, sections);
    EXPECT_TRUE(contains(html, "Bus bandwidth of the collectives against their size")) << files.size();
    EXPECT_TRUE(contains(markdown, "## Collectives by themselves"));
    EXPECT_TRUE(contains(markdown, "| all_reduce | 2 | float | nccl | out of place | 1.00 MiB | 1.00 ms | 1.05 GB/s |"))
        << markdown;
    ASSERT_EQ(collective_figures(report).size(), 1u);
    EXPECT_EQ(collective_figures(report)[0].legend.size(), 2u);
  }
  const Report report = build_report({comm});
  EXPECT_EQ(summary_of(report),
            std::vector<std::string>{"The highest bus bandwidth of a collective by itself is 1.05 GB/s: all_reduce of "
                                     "1.00 MiB on 2 ranks, 26.2 % of what the links give."});
  EXPECT_TRUE(contains(main_table(report), "all_reduce")) << main_table(report);
}

TEST(Collectives, OfTwoFilesAreNamedByWhatDiffers) {
  const Report report =
      build_report({comm_file({collective("all_reduce")}, "Ring"), comm_file({collective("all_reduce")}, "Tree"),
                    comm_file({collective("all_reduce")}, "Tree")});
  EXPECT_EQ(report.collectives[0].name, "all_reduce, NCCL_ALGO=Ring");
  EXPECT_EQ(report.collectives[2].name, "all_reduce (file 2)");
  EXPECT_EQ(report.collectives[4].name, "all_reduce (file 3)");
}

TEST(ComparedCollectives, TellSlowerSizesApart) {
  CommRecord slower = collective("all_reduce");
  for (std::size_t i = 6; i < 12; ++i) slower.seconds[i] *= 1.5;
  const auto base = comm_file({collective("all_reduce")});
  const Comparison comparison = compare_files(base, comm_file({slower}), 0.05);
  ASSERT_EQ(comparison.cases.size(), 2u);
  EXPECT_TRUE(comparison.of_collectives);
  EXPECT_EQ(comparison.cases[0].key.name, "all_reduce of 1.00 KiB");
  EXPECT_EQ(comparison.cases[0].verdict, Verdict::kSame);
  EXPECT_EQ(comparison.cases[1].verdict, Verdict::kSlower);
  EXPECT_NEAR(comparison.cases[1].ratio.estimate, 1.5, 1e-12);
  EXPECT_NEAR(comparison.cases[1].base_seconds.estimate, 1e-3, 1e-12) << "each repetition is its slowest rank's";
  EXPECT_TRUE(comparison.has_regression());
  EXPECT_FALSE(compare_files(base, base, 0.05).has_regression());
  EXPECT_TRUE(contains(comparison_page(comparison), "Collectives: 1 slower, 1 same of 2 compared size(s)"))
      << comparison_page(comparison);
}

TEST(ComparedCollectives, OnesThatNewLacksOrGetsWrongAreLost) {
  CommRecord wrong = collective("all_reduce");
  wrong.wrong = {0, 3};
  const auto base = comm_file({collective("all_reduce"), collective("broadcast")});
  const Comparison comparison = compare_files(base, comm_file({wrong}), 0.05);
  EXPECT_EQ(comparison.lost(), 3u);
  ASSERT_EQ(comparison.others.size(), 3u);
  EXPECT_EQ(comparison.others[0].reason, "new has 3 wrong elements, base none");
  EXPECT_EQ(comparison.others[1].reason, "missing in new");
  EXPECT_EQ(compare_jobs({&base, 1}, std::vector{comm_file({collective("all_reduce")})}, {0.05, false, true}).lost(),
            0u);
}

TEST(ComparedCollectives, OtherRanksAreNotComparedAndVariablesAreNamed) {
  CommRecord four = collective("all_reduce");
  four.ranks = 1;
  four.repetitions = 6;
  const Comparison comparison = compare_files(comm_file({collective("all_reduce")}), comm_file({four}, "Tree"), 0.05);
  EXPECT_TRUE(comparison.cases.empty());
  EXPECT_EQ(comparison.others.at(0).reason, "not comparable: ranks 2 against 1");
  EXPECT_EQ(comparison.changes, std::vector<std::string>{"NCCL_ALGO: not set → Tree"});
}

TEST(ComparedCollectives, JobsAreCountedOnceEach) {
  const std::vector base{comm_file({collective("all_reduce", 1.0)}), comm_file({collective("all_reduce", 1.01)})};
  const std::vector changed{comm_file({collective("all_reduce", 2.0)}), comm_file({collective("all_reduce", 2.02)})};
  const Comparison comparison = compare_jobs(base, changed, {0.05, true, false});
  ASSERT_EQ(comparison.cases.size(), 2u);
  EXPECT_EQ(comparison.cases[0].base_jobs, 2u);
  EXPECT_EQ(comparison.cases[0].base_repetitions, 6u);
  EXPECT_EQ(comparison.cases[0].verdict, Verdict::kSlower);
  EXPECT_NEAR(comparison.cases[0].ratio.estimate, 2.0, 1e-9);
}

TEST(ComparedCollectives, AFileOfCasesBesideOneOfCollectivesIsRefused) {
  const auto sweep = make_file({make_case("alone", 1, 10, {1.0, 1.0})});
  try {
    compare_files(comm_file({collective("all_reduce")}), sweep, 0.05);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "base holds collectives (scalemark comm) and new cases (scalemark run): compare two files of "
                 "collectives, or two sweeps");
  }
  EXPECT_THROW(compare_files(sweep, comm_file({collective("all_reduce")}), 0.05), InputError);
}

}  // namespace
}  // namespace scalemark::report
