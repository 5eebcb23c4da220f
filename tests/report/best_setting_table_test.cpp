#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/result_fixture.h"
#include "report/pages/best_yaml.h"
#include "report/pages/summary.h"
#include "report/sections.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::contains;
using results::CaseRecord;

CaseRecord with_hook(const std::string& label, const std::string& hook, double seconds, int repetitions = 4) {
  std::vector<double> medians(static_cast<std::size_t>(repetitions), seconds);
  for (std::size_t i = 0; i < medians.size(); ++i) medians[i] *= i % 2 == 0 ? 1.001 : 0.999;
  CaseRecord record = analysis::make_case(label, 2, 32, medians);
  record.parameters.emplace_back("train.comm_hook", hook);
  return record;
}

analysis::Report report_of(const std::vector<CaseRecord>& cases) {
  return analysis::build_report({analysis::make_file(cases, "2026-03-01T10:00:00Z")});
}

/// The text of the table's only row in this column, as in the CSV file.
std::string cell_of(const analysis::Report& report, const std::string& column) {
  const Table table = best_setting_section(report.best_settings).table;
  EXPECT_EQ(table.rows.size(), 1U);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].csv_name == column) return std::get<std::string>(table.rows.at(0).at(i));
  }
  return "no such column";
}

TEST(BestSettingTable, NamesTheBestAndWarnsOfOtherNumbers) {
  const auto report = report_of({with_hook("plain", "none", 0.12), with_hook("half", "bf16", 0.1)});
  EXPECT_EQ(cell_of(report, "key"), "train.comm_hook");
  EXPECT_EQ(cell_of(report, "tried"), "none bf16");
  EXPECT_EQ(cell_of(report, "default"), "none");
  EXPECT_EQ(cell_of(report, "best"), "bf16");
  EXPECT_EQ(cell_of(report, "case"), "half");
  EXPECT_EQ(cell_of(report, "verdict"), "faster; it changes the numbers: compare losses");
  const auto sentences = summary_of(report);
  EXPECT_TRUE(contains(sentences.back(), "The best train.comm_hook measured is bf16: 20.0 % [")) << sentences.back();
  EXPECT_TRUE(contains(sentences.back(), "faster than none, on 2 ranks at batch 32 per rank.")) << sentences.back();
}

TEST(BestSettingTable, SaysWhereNothingIsToBeGained) {
  const auto report = report_of({with_hook("plain", "none", 0.1), with_hook("half", "bf16", 0.1)});
  EXPECT_EQ(cell_of(report, "best"), "none");
  EXPECT_EQ(cell_of(report, "verdict"), "no difference that matters");
  EXPECT_TRUE(contains(summary_of(report).back(), "train.comm_hook: none stays; no difference that matters"))
      << summary_of(report).back();
  EXPECT_EQ(best_yaml(report, {}), "");
}

TEST(BestSettingTable, SaysHowManyRepetitionsWouldTell) {
  CaseRecord noisy = with_hook("half", "bf16", 0.1);
  noisy.arms["full"] = analysis::steady_samples({0.07, 0.13, 0.08, 0.11}, 2);
  results::summarize(noisy);
  EXPECT_TRUE(
      contains(cell_of(report_of({with_hook("plain", "none", 0.1), noisy}), "verdict"), "cannot be told apart: "));
  EXPECT_EQ(cell_of(report_of({with_hook("plain", "none", 0.1, 1), with_hook("half", "bf16", 0.09, 1)}), "verdict"),
            "no interval: a setting has fewer than two repetitions");
}

TEST(BestSettingTable, IsLeftOutWhereNothingWasVaried) {
  for (const auto& section : sections_of(report_of({with_hook("plain", "none", 0.1)})))
    EXPECT_NE(section.table.name, "best_setting");
}

TEST(BestYaml, HoldsTheSettingWithWhereItComesFrom) {
  const auto report = report_of({with_hook("plain", "none", 0.12), with_hook("half", "bf16", 0.1)});
  const std::string text = best_yaml(report, {"tuning.h5"});
  EXPECT_TRUE(contains(text, "out of tuning.h5: quickstart, measured 2026-03-01T10:00:00Z.\n")) << text;
  EXPECT_TRUE(contains(text, "# At 2 ranks, batch 32 per rank")) << text;
  EXPECT_TRUE(contains(text, "\ntrain.comm_hook: bf16  # gain 20.0 % [")) << text;
  EXPECT_TRUE(contains(text, "] over none; changes the numbers: compare losses\n")) << text;
}

// Whoever wrote the file does not write the config.
TEST(BestYaml, TakesNoTextFromAFileForAValue) {
  const auto report = report_of({with_hook("plain", "none", 0.12), with_hook("half", "bf16\nname: other", 0.1)});
  EXPECT_EQ(best_yaml(report, {}), "");
  auto file = analysis::make_file({with_hook("plain", "none", 0.12), with_hook("half", "bf16", 0.1)}, "now\nmodel: x");
  file.title = "a\nname: evil";
  const std::string text = best_yaml(analysis::build_report({file}), {"b\nname: evil.h5"});
  EXPECT_FALSE(contains(text, "\nname:")) << text;
  EXPECT_FALSE(contains(text, "\nmodel:")) << text;
}

}  // namespace
}  // namespace scalemark::report
