#include <gtest/gtest.h>

#include "analysis/result_fixture.h"
#include "report/pages/latex.h"
#include "report/pages/markdown.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

/// 1000 images: epochs of 100 and 50 steps of 1 s on one rank, of 50 steps of 1.25 s on two, and one that was measured.
Report small_grid() {
  auto measured = make_case("gpus=2,batch_size=20", 2, 20, {1.5, 1.5});
  measured.epoch_seconds = {50.0, 40.0};
  auto large = make_case("gpus=2,batch_size=40", 2, 40, {});
  large.row.status = results::CaseStatus::kOom;
  large.rank_rows.clear();
  return build_report({make_file({make_case("gpus=1,batch_size=10", 1, 10, {1.0, 1.0}),
                                  make_case("gpus=2,batch_size=10", 2, 10, {1.25, 1.25}),
                                  make_case("gpus=1,batch_size=20", 1, 20, {1.0, 1.0}), measured, large})});
}

const Matrix& matrix_named(const Section& section, const std::string& title) {
  for (const auto& matrix : section.matrices) {
    if (matrix.title == title) return matrix;
  }
  throw std::logic_error("no matrix " + title);
}

TEST(Matrices, EpochsAreMeasuredWhereTheyWereAndElseMarked) {
  const Section section = matrix_section(small_grid());
  EXPECT_EQ(markdown_table(matrix_named(section, "Epoch time").table),
            "| batch per rank | 1 rank | 2 ranks |\n| ---: | ---: | ---: |\n"
            "| 10 | \u2248\u00a0100 s | \u2248\u00a062.5 s |\n"
            "| 20 | \u2248\u00a050.0 s | 40.0 s |\n| 40 | \u2013 | oom |\n");
  EXPECT_FALSE(matrix_named(section, "Epoch time").note.empty());
}

TEST(Matrices, SpeedUpAndEfficiencyAreThoseOfTheTables) {
  const Section section = matrix_section(small_grid());
  const std::string text = markdown_table(matrix_named(section, "Efficiency at a fixed batch per rank").table);
  EXPECT_TRUE(contains(text, "| 10 | 100.0 % | 80.0 % |")) << text;
}

TEST(Matrices, TheCsvFileHasBoundsAndMarks) {
  const std::string csv = csv_text(matrix_section(small_grid()).table);
  EXPECT_TRUE(
      contains(csv,
               "sweep,quantity,unit,batch_per_rank,ranks_1,ranks_1_low,ranks_1_high,ranks_2,ranks_2_low,"
               "ranks_2_high,remark\r\n,Epoch time,s,10,100,100,100,62.5,62.5,62.5,\"estimated on 1, 2 ranks\"\r\n"))
      << csv;
}

TEST(Matrices, LatexUsesBooktabs) {
  const std::string text = latex_tables(matrix_section(small_grid()));
  EXPECT_TRUE(contains(text, "\\toprule\n  batch per rank & 1 rank & 2 ranks \\\\\n\\midrule\n")) << text;
  EXPECT_TRUE(contains(text, "  10 & 100.0 \\% & 80.0 \\% \\\\\n")) << text;
  EXPECT_TRUE(contains(text, "$\\approx$~50.0 s & 40.0 s \\\\\n")) << text;
  EXPECT_EQ(latex_escaped("a_b & 5 % \\x{}"), "a\\_b \\& 5 \\% \\textbackslash{}x\\{\\}");
}

TEST(Matrices, CasesBesideASweepStayOut) {
  auto other = make_case("other", 2, 20, {9.0, 9.0});
  other.parameters.emplace_back("measure.epochs", std::int64_t{5});
  auto cases =
      std::vector<results::CaseRecord>{other, make_case("a", 1, 20, {1.0, 1.0}), make_case("b", 2, 20, {1.5, 1.5})};
  const std::string text =
      markdown_table(matrix_named(matrix_section(build_report({make_file(cases)})), "Step time").table);
  EXPECT_TRUE(contains(text, "| 20 | 1.00 s | 1.50 s |")) << text;
}

TEST(Matrices, OneNumberOfRanksHasNone) {
  EXPECT_TRUE(matrix_section(build_report({make_file({make_case("a", 1, 20, {1.0})})})).matrices.empty());
}

}  // namespace
}  // namespace scalemark::report
