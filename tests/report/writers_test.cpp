#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "analysis/result_fixture.h"
#include "report/pages/markdown.h"
#include "report/report.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

Table small_table() {
  Table table{"small", "Nothing."};
  table.columns = {{"case", "case", Unit::kNone, ColumnKind::kText},
                   {"step", "step_seconds", Unit::kSeconds, ColumnKind::kInterval},
                   {"", "bytes", Unit::kBytes}};
  return table;
}

std::string markdown_of(const Table& table) { return markdown_section({"Small", "All is fixed.", table}); }

TEST(Csv, QuotesAsRfc4180Says) {
  Table table = small_table();
  table.rows = {{std::string("a, \"b\"\nc"), Interval{0.1, 1.0 / 3, std::nan("")}, std::int64_t{5}},
                {std::string("plain"), Cell{}, std::nan("")}};
  EXPECT_EQ(csv_text(table),
            "case,step_seconds,step_seconds_low,step_seconds_high,bytes\r\n"
            "\"a, \"\"b\"\"\nc\",0.1,0.3333333333333333,,5\r\n"
            "plain,,,,\r\n");
}

TEST(Csv, NoTextIsAFormula) {
  Table table{"small", "Nothing."};
  table.columns = {{"case", "case", Unit::kNone, ColumnKind::kText}};
  for (const char* cell : {"=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "-1.5e3", "+7", "-inf", "a=b"})
    table.rows.push_back({std::string(cell)});
  EXPECT_EQ(csv_text(table),
            "case\r\n'=1+1\r\n'+cmd\r\n'-2+3\r\n'@SUM(A1)\r\n'\tx\r\n-1.5e3\r\n+7\r\n'-inf\r\na=b\r\n");
}

TEST(Csv, RowsTooManyToHoldFollowTheOthers) {
  Table table = small_table();
  table.rows = {{std::string("held"), Cell{}, Cell{}}};
  table.long_rows = [](const auto& take_row) {
    for (std::int64_t i = 0; i < 2; ++i) take_row({std::string("long"), Cell{}, i});
  };
  EXPECT_EQ(csv_text(table),
            "case,step_seconds,step_seconds_low,step_seconds_high,bytes\r\nheld,,,,\r\nlong,,,,0\r\nlong,,,,1\r\n");
}

TEST(Csv, AnEmptyTableIsItsHeader) {
  EXPECT_EQ(csv_text(small_table()), "case,step_seconds,step_seconds_low,step_seconds_high,bytes\r\n");
}

TEST(Markdown, ShowsTitledColumnsAndEscapesText) {
  Table table = small_table();
  table.rows = {{std::string("a|b`c\nd"), Interval{0.0123, 0.0121, 0.0126}, std::int64_t{5}}};
  EXPECT_EQ(markdown_of(table),
            "## Small\n\nAll is fixed.\n\n| case | step |\n| --- | ---: |\n| a\\|b\\`c d | 12.3 ms [12.1, 12.6] |\n");
}

TEST(Markdown, NoTextIsALinkOrAnImageOrMarkup) {
  EXPECT_EQ(markdown_escaped("[click](http://x.org)"), "\\[click\\](http\\://x.org)");
  EXPECT_EQ(markdown_escaped("![i](//x.org/p.png)"), "\\!\\[i\\](//x.org/p.png)");
  EXPECT_EQ(markdown_escaped("[1](x) [2][a] [3]: x"), "\\[1\\](x) [2\\]\\[a] [3\\]: x");
  EXPECT_EQ(markdown_escaped("www.x.org, WWW.x.org"), "www\\.x.org, WWW\\.x.org");
  EXPECT_EQ(markdown_escaped("# a"), "\\# a");
  EXPECT_EQ(markdown_escaped("<b>&lt;|\\"), "\\<b>\\&lt;\\|\\\\");
  const std::string plain = "12.3 ms [12.1, 12.6] a step, 3 % [-1, 7]; file 1: gpus=2 (a.b)";
  EXPECT_EQ(markdown_escaped(plain), plain);
}

TEST(Markdown, SaysWhyATableIsEmpty) {
  EXPECT_EQ(markdown_of(small_table()), "## Small\n\nAll is fixed.\n\nNothing.\n");
}

TEST(Markdown, AFenceIsLongerThanWhatItHolds) {
  EXPECT_EQ(markdown_fence("a: 1\n", "yaml"), "```yaml\na: 1\n```\n");
  EXPECT_EQ(markdown_fence("x ```` y", ""), "`````\nx ```` y\n`````\n");
}

TEST(EpochTable, MultipliesStepsAndProjectsAHundredEpochs) {
  auto measured = make_case("epochs", 2, 5, {0.2, 0.2, 0.2});
  measured.row.load_seconds = 0.03;
  measured.row.first_epoch_seconds = 60;
  measured.row.epoch_seconds = 21;
  const auto stepped = make_case("steps", 1, 10, {0.5, 0.5});
  const Table table = epoch_section(build_report({make_file({measured, stepped})}).cases).table;
  ASSERT_EQ(table.rows.size(), 2u);
  const auto value = [&](std::size_t row, const std::string& name) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].csv_name != name) continue;
      const Cell& cell = table.rows[row][i];
      return std::holds_alternative<Interval>(cell) ? std::get<Interval>(cell).estimate : std::get<double>(cell);
    }
    throw std::logic_error("no column " + name);
  };
  // 1000 images in batches of 10.
  EXPECT_DOUBLE_EQ(value(0, "epoch_seconds_estimated"), 20);
  EXPECT_DOUBLE_EQ(value(0, "epoch_load_seconds"), 3);
  EXPECT_DOUBLE_EQ(value(0, "hundred_epochs_seconds"), 60 + 99 * 21);
  EXPECT_DOUBLE_EQ(value(1, "hundred_epochs_seconds"), 100 * 50);
}

}  // namespace
}  // namespace scalemark::report
