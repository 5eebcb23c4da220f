#include "report/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "analysis/result_fixture.h"
#include "core/error.h"
#include "report/pages/html.h"
#include "report/pages/markdown.h"
#include "report/pages/summary.h"
#include "report/sections.h"
#include "temporary_folder.h"

namespace scalemark::report {
namespace {

using namespace analysis;

using results::CaseRecord;

/// One and two ranks at 10 images each: of a step of 1.25 s at two ranks, 0.25 s is lost, 0.15 s of it to
/// communication.
std::vector<CaseRecord> usual_cases() {
  CaseRecord alone = make_case("alone", 1, 10, {1.0, 1.0, 1.0});
  alone.arms["cached_input"] = steady_samples({0.96, 0.96, 0.96}, 1);
  CaseRecord pair = make_case("pair", 2, 10, {1.25, 1.25, 1.25});
  pair.arms["no_sync"] = steady_samples({1.1, 1.1, 1.1}, 2);
  pair.arms["cached_input"] = steady_samples({1.2, 1.2, 1.2}, 2);
  CaseRecord large = make_case("large", 2, 4096, {});
  large.row.status = results::CaseStatus::kOom;
  large.row.reason = "out of memory at 16 GiB";
  return {alone, pair, large};
}

TEST(Summary, SaysBestCaseScalingAndLostTime) {
  const Report report = build_report({make_file(usual_cases())});
  ASSERT_EQ(summary_of(report).size(), 3u);
  EXPECT_EQ(summary_of(report)[0], "Of 3 cases (1 oom), the fastest is 2 ranks: 16.0 images/s.");
  EXPECT_TRUE(
      contains(summary_of(report)[1],
               "At batch 10 per rank, 2 ranks reach 1.60 times the throughput of 1 rank: an efficiency of 80.0"))
      << summary_of(report)[1];
  EXPECT_TRUE(contains(summary_of(report)[2],
                       "Of each step of 1.25 s, 250 ms is lost: 150 ms to exposed communication, "
                       "10.0 ms to input, 90.0 ms to causes not measured apart"))
      << summary_of(report)[2];
}

TEST(Summary, DoesNotExplainALossWithinTheNoise) {
  const Report report = build_report(
      {make_file({make_case("alone", 1, 10, {1.0, 1.1, 0.9}), make_case("pair", 2, 10, {1.05, 0.95, 1.05})})});
  EXPECT_TRUE(contains(summary_of(report)[2],
                       "Whether time is lost against ideal scaling cannot be told from noise; a clear answer needs"))
      << summary_of(report)[2];
}

TEST(Summary, OfNothingSaysSo) {
  const Report report = build_report({make_file({})});
  EXPECT_EQ(summary_of(report)[0], "The files hold no case: nothing was measured.");
  EXPECT_TRUE(contains(markdown_page(report), "The files hold no case"));
  EXPECT_EQ(main_table(report), "The files hold no case.\n");
  EXPECT_TRUE(contains(markdown_page(build_report({})), "# Scaling report\n"));
}

TEST(Page, HasEverySectionInOrder) {
  const std::string page = markdown_page(build_report({make_file(usual_cases())}));
  std::size_t position = 0;
  for (const char* heading : {"# quickstart: resnet10 on fashion-mnist, 1 to 2 ranks\n",
                              "- Devices: 1 to 2 \u00d7 Some Processor\n",
                              "- **Efficiency: 80.0 %**",
                              "## Main table\n",
                              "## Cases\n",
                              "## Batch by ranks\n",
                              "## Strong scaling: fixed data set, fixed batch per rank\n",
                              "## Weak scaling: fixed work per rank\n",
                              "## Lost speed-up: fixed batch per rank\n",
                              "## What to try\n",
                              "## Exposed communication\n",
                              "## Cost of the input\n",
                              "## Memory per rank\n",
                              "## Training\n",
                              "## Validity\n",
                              "## Environment and provenance\n",
                              "Nothing to report: ",
                              "Not measured, and what measures it: ",
                              "## Methods\n",
                              "### Config of file 1\n"}) {
    const std::size_t found = page.find(heading, position);
    ASSERT_NE(found, std::string::npos) << heading;
    position = found;
  }
  for (const char* empty :
       {"## Strong scaling: fixed global batch\n", "## Where a step goes\n", "## Communication alone\n"})
    EXPECT_FALSE(contains(page, empty)) << empty;
  EXPECT_TRUE(contains(page, "Communication alone (measure.arms: comm_only, on two ranks)"));
  EXPECT_TRUE(contains(page, "by construction the same number"));
  EXPECT_TRUE(contains(page, "```yaml\nname: quickstart\n```\n"));
  EXPECT_TRUE(contains(page, "| large | oom | out of memory at 16 GiB | 2 | 4096 | 8192 | \u2013 | \u2013 |"));
}

TEST(Page, WeakAndEpochEfficiencyAreTheSameNumber) {
  const Report report = build_report({make_file(usual_cases())});
  ASSERT_EQ(report.fixed_data_set.size(), 2u);
  EXPECT_DOUBLE_EQ(report.fixed_data_set[1].efficiency.estimate, report.fixed_work[1].efficiency.estimate);
}

TEST(Page, ARefusalShowsItsReasonAndNoNumber) {
  auto cases = usual_cases();
  cases[1].row.precision = "bf16";
  const Report report = build_report({make_file(cases)});
  const std::string page = markdown_page(report);
  EXPECT_TRUE(contains(page, "| \u2013 | \u2013 |  | \u2013 | not comparable: note 1 |"));
  EXPECT_TRUE(contains(page, "- Note 1 (pair): alone at 1 rank differs in precision fp32 against bf16.\n")) << page;
  EXPECT_TRUE(contains(main_table(report), "pair: not comparable: alone at 1 rank differs in precision"));
}

TEST(Page, EveryRowHasAsManyCellsAsItsHeader) {
  for (const auto& section : sections_of(build_report({make_file(usual_cases())}))) {
    const Table& table = section.table;
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.name;
  }
}

TEST(Page, UserTextCannotBreakATable) {
  auto cases = usual_cases();
  cases[0].row.label = "a|b `c`";
  const std::string page = markdown_page(build_report({make_file(cases)}));
  EXPECT_TRUE(contains(page, "| a\\|b \\`c\\` | ok |"));
  EXPECT_FALSE(contains(page, "a|b"));
}

TEST(Page, DuplicatesAndCommitsAreNoted) {
  auto later = make_file({make_case("alone", 1, 10, {1.0})}, "2024-06-01T00:00:00Z");
  later.git_commit = "4567def";
  const std::string page = markdown_page(build_report({make_file(usual_cases()), later}));
  EXPECT_TRUE(contains(page, "- The case alone is in file 1 and in file 2"));
  EXPECT_TRUE(contains(page, "- The files were written by different commits of Scalemark: 0123abc, 4567def."));
}

TEST(MainTable, JoinsCasesWithScaling) {
  const std::string text = main_table(build_report({make_file(usual_cases())}));
  EXPECT_TRUE(contains(text, "80.0 % [80.0, 80.0]")) << text;
  EXPECT_TRUE(contains(text, "large is oom: out of memory at 16 GiB\n")) << text;
  EXPECT_TRUE(contains(text, "strong scaling of estimated epoch time, data set and batch per rank fixed.\n")) << text;
}

TEST(MainTable, ShowsTheFixedGlobalBatchWhereThatIsWhatWasSwept) {
  const std::string text =
      main_table(build_report({make_file({make_case("a", 1, 20, {1.0, 1.0}), make_case("b", 2, 10, {0.5, 0.5})})}));
  EXPECT_TRUE(contains(text, "100.0 % [100.0, 100.0]")) << text;
  EXPECT_TRUE(contains(text, "global batch fixed.\n")) << text;
}

TEST(WriteReport, WritesThePagesAndOneFilePerTable) {
  const TemporaryFolder temporary;
  const auto folder = temporary.path() / "all" / "nested";
  const Report report = build_report({make_file(usual_cases())});
  const auto paths = write_report(report, {folder});
  EXPECT_EQ(paths.front(), folder / "report.html");
  EXPECT_EQ(paths[1], folder / "report.md");
  EXPECT_EQ(paths.back(), folder / "extra-p.jsonl");
  EXPECT_EQ(paths.size(), 4 + sections_of(report).size());  // the page twice, Extra-P, and matrices.tex
  EXPECT_TRUE(std::filesystem::exists(folder / "matrices.tex"));
  EXPECT_EQ(file_content(folder / "report.html"), html_page(report));
  EXPECT_EQ(file_content(folder / "report.md"), markdown_page(report));
  EXPECT_TRUE(contains(file_content(folder / "weak_scaling.csv"), "pair,2,10,20,1.25,"));
  EXPECT_TRUE(contains(file_content(folder / "ranks.csv"), "pair,1,node1,Some Processor,,,1,2097152"));
}

TEST(WriteReport, WritesOnlyWhatIsAskedFor) {
  const TemporaryFolder temporary;
  const auto folder = temporary.path() / "markdown";
  const auto paths = write_report(build_report({make_file({})}), {folder, true, false, false});
  EXPECT_EQ(paths, std::vector<std::filesystem::path>{folder / "report.md"});
}

TEST(WriteReport, NeverOverwrites) {
  const TemporaryFolder temporary;
  const auto folder = temporary.path() / "twice";
  const Report report = build_report({make_file({})});
  write_report(report, {folder, false, true});
  std::filesystem::remove(folder / "cases.csv");
  EXPECT_THROW(write_report(report, {folder}), InputError);
  EXPECT_FALSE(std::filesystem::exists(folder / "report.md"));
  EXPECT_FALSE(std::filesystem::exists(folder / "cases.csv"));
}

TEST(WriteReport, NamesAFolderThatCannotBeMade) {
  const TemporaryFolder temporary;
  const auto folder = temporary.path() / "file";
  std::ofstream(folder) << "a file";
  try {
    write_report(build_report({make_file({})}), {folder / "inside"});
    FAIL() << "a folder inside a file was made";
  } catch (const InputError& error) {
    EXPECT_TRUE(contains(error.what(), (folder / "inside").string()));
  }
}

TEST(Report, SurvivesRecordsWithoutAnyNumber) {
  CaseRecord empty;
  empty.row.case_id = "empty";
  empty.row.status = results::CaseStatus::kOk;
  CaseRecord unknown = make_case("unknown", 2, 10, {std::nan(""), std::nan(""), std::nan("")});
  unknown.arms["no_sync"] = steady_samples({std::nan("")}, 2);
  unknown.arms["comm_only"] = steady_samples({std::nan("")}, 2);
  unknown.arms["phases"] = steady_samples({std::nan("")}, 2);
  unknown.phase_names = {"load"};
  unknown.phase_seconds = {steady_samples({std::nan("")}, 2)};
  CaseRecord shaped = make_case("shaped", 1, 10, {1.0});
  shaped.arms["full"].ranks = 0;
  const results::ResultFile file = make_file({empty, unknown, shaped, make_case("fine", 1, 10, {1.0, 1.0})});
  const Report report = build_report({file});
  EXPECT_FALSE(markdown_page(report).empty());
  EXPECT_FALSE(contains(markdown_page(report), " nan"));
  EXPECT_FALSE(main_table(report).empty());
  EXPECT_FALSE(describe_file(file).empty());
}

TEST(DescribeFile, SaysWhatAFileHolds) {
  const std::string text = describe_file(make_file(usual_cases()));
  EXPECT_TRUE(contains(text, "cases             3 (2 ok, 1 oom)\n")) << text;
  EXPECT_TRUE(contains(text, "versions          LibTorch 2.11.0, MPI 4.1.4\n")) << text;
  EXPECT_TRUE(contains(text, "devices           Some Processor\n")) << text;
  EXPECT_TRUE(contains(text, "cached_input full no_sync")) << text;
  EXPECT_TRUE(contains(describe_file(make_file({})), "cases             none\n"));
}

}  // namespace
}  // namespace scalemark::report
