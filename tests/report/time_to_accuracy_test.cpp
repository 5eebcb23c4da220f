#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "analysis/training/target_fixture.h"
#include "markup_check.h"
#include "report/charts/figures.h"
#include "report/pages/html.h"
#include "report/pages/overview.h"
#include "report/pages/summary.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

const Report& report_of_trainings() {
  static const Report report = build_report({SyntheticTrainings().file()});
  return report;
}

/// 1 rank: 5 epochs of 10 s; 2 ranks: 6 epochs of 5 s. One seed each.
Report report_of_a_pair() {
  return build_report({make_file({target_case("alone", 1, 50, {target_run(1, reaching_at(5), 1000, 10)}),
                                  target_case("pair", 2, 50, {target_run(1, reaching_at(6), 1000, 5)})})});
}

std::size_t column_of(const Table& table, const std::string& csv_name) {
  const auto found = std::ranges::find(table.columns, csv_name, &ColumnHead::csv_name);
  EXPECT_NE(found, table.columns.end()) << csv_name;
  return static_cast<std::size_t>(found - table.columns.begin());
}

TEST(TimeToAccuracyTable, SaysWhatEachCaseTook) {
  const Table table = time_to_accuracy_section(report_of_a_pair().times_to_accuracy).table;
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(std::get<std::string>(table.rows[1][column_of(table, "seeds_reached")]), "1 of 1");
  EXPECT_DOUBLE_EQ(std::get<Interval>(table.rows[1][column_of(table, "seconds")]).estimate, 30);
  EXPECT_DOUBLE_EQ(std::get<Interval>(table.rows[1][column_of(table, "epochs")]).low, 5);
  EXPECT_DOUBLE_EQ(std::get<Interval>(table.rows[1][column_of(table, "images")]).high, 6000);
  EXPECT_EQ(table.columns[column_of(table, "joules")].title, "") << "nothing to show on the page";
}

TEST(TimeToAccuracyTable, SaysWhyATimeIsWithheld) {
  const Table table = time_to_accuracy_section(report_of_trainings().times_to_accuracy).table;
  const auto remark = std::ranges::find(table.remarks, "2 of 3 seeds reached the target", &Remark::text);
  ASSERT_NE(remark, table.remarks.end());
  EXPECT_TRUE(std::isnan(std::get<Interval>(table.rows[remark->row][remark->column]).estimate));
}

TEST(TrainingSpeedupTable, SaysHowMuchOfTheThroughputSurvives) {
  const Report report = report_of_a_pair();
  const Section section = training_speedup_section(report.training_speedups);
  EXPECT_EQ(section.note,
            "2 ranks train 2.00 times the images per second of 1 rank, and need 1.20 times the epochs: 90 % is reached "
            "1.67 [1.33, 2.00] times as soon (of the same batch 50 per rank).");
  const auto summary = summary_of(report);
  ASSERT_EQ(summary.size(), 2U);
  EXPECT_EQ(summary[0],
            "Of 2 cases, 2 reached the target with every seed. Soonest to 90 %: 2 ranks, global batch 100, in 30.0 s "
            "[25.0, 30.0] of training (1 seed).");
  EXPECT_EQ(summary[1], section.note);
}

TEST(TrainingSpeedupTable, TheNumbersOfARowMultiplyInTheCsvFile) {
  const Table table = training_speedup_section(report_of_trainings().training_speedups).table;
  ASSERT_FALSE(table.rows.empty());
  for (const auto& row : table.rows) {
    const auto ratio = [&](const char* name) { return std::get<Interval>(row[column_of(table, name)]).estimate; };
    const double product = ratio("throughput_speedup") * ratio("epochs_ratio");
    const bool given = std::isfinite(product);
    EXPECT_EQ(given, std::isfinite(ratio("training_speedup")));
    if (given) {
      EXPECT_NEAR(ratio("training_speedup") / product, 1.0, 1e-14);
    }
  }
}

TEST(TargetSummaryPage, OfACaseThatFellShortSaysSo) {
  auto run = target_run(1, {0.5, 0.6}, 1000, 10);
  const Report report = build_report({make_file({target_case("alone", 1, 50, {run})})});
  const auto summary = summary_of(report);
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_EQ(summary[0],
            "Of 1 case that trained to a test accuracy, none has a time to it. alone: 0 of 1 seed reached the target.");
  EXPECT_TRUE(tiles_of(report).empty());
  EXPECT_EQ(check_markup(html_page(report)).fault, "");
}

TEST(TargetFigures, ALineEndsAtTheTimeInTheTable) {
  const Report report = build_report({SyntheticTrainings().few()});
  const auto figures = target_figures(report);
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].caption, "Test accuracy against training time");
  EXPECT_EQ(figures[1].caption, "Test accuracy against epochs");
  EXPECT_TRUE(contains(figures[0].svg, "<title>target</title>"));
  EXPECT_TRUE(contains(figures[0].svg, "class=\"seed "));
  for (const auto& one : report.times_to_accuracy) {
    if (!one.has_time()) continue;
    const std::string at = fmt::format(",{},", one.seconds.estimate);
    EXPECT_TRUE(contains(figures[0].csv, at)) << one.key.name << at;
  }
}

TEST(TargetFigures, OfManyCasesAreOnePerTechnique) {
  const auto figures = target_figures(report_of_trainings());
  ASSERT_EQ(figures.size(), 6U);
  EXPECT_TRUE(std::ranges::any_of(figures, [](const auto& figure) { return contains(figure.caption, ", lars"); }));
}

TEST(TargetFigures, EpochsNeededStandAgainstTheGlobalBatch) {
  const auto figures = epochs_needed_figures(report_of_trainings());
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_TRUE(contains(figures[0].csv, ",1024,")) << figures[0].csv;
  EXPECT_EQ(figures[0].legend.size(), 6U);
}

TEST(TargetReport, IsSoundMarkupAndHidesWhatItLacks) {
  const std::string page = html_page(report_of_trainings());
  EXPECT_EQ(check_markup(page).fault, "");
  for (const char* number : {">nan", " nan", "\"nan", "Mnan", "Lnan"}) EXPECT_FALSE(contains(page, number)) << number;
  EXPECT_TRUE(contains(page, "<h2>Time to accuracy"));
  EXPECT_TRUE(contains(page, "<h2>Training speed-up"));
  EXPECT_FALSE(contains(html_page(build_report({make_file({make_case("steps", 1, 10, {1.0})})})), "Time to accuracy"));
}

}  // namespace
}  // namespace scalemark::report
