#include <gtest/gtest.h>

#include <cmath>

#include "report/csv.h"
#include "report/markdown.h"

namespace scalemark::report {
namespace {

Table small_table() {
  Table table{"small", "Small", "All is fixed.", "Nothing.", {}, {}};
  table.columns = {{"case", "case", Unit::kNone, true, false},
                   {"step", "step_seconds", Unit::kSeconds, false, true},
                   {"", "bytes", Unit::kBytes, false, false}};
  return table;
}

TEST(Csv, QuotesAsRfc4180Says) {
  Table table = small_table();
  table.rows = {{std::string("a, \"b\"\nc"), Interval{0.1, 1.0 / 3, std::nan("")}, std::int64_t{5}},
                {std::string("plain"), Cell{}, std::nan("")}};
  EXPECT_EQ(csv_text(table),
            "case,step_seconds,step_seconds_low,step_seconds_high,bytes\r\n"
            "\"a, \"\"b\"\"\nc\",0.1,0.3333333333333333,,5\r\n"
            "plain,,,,\r\n");
}

TEST(Csv, AnEmptyTableIsItsHeader) {
  EXPECT_EQ(csv_text(small_table()), "case,step_seconds,step_seconds_low,step_seconds_high,bytes\r\n");
}

TEST(Markdown, ShowsTitledColumnsAndEscapesText) {
  Table table = small_table();
  table.rows = {{std::string("a|b`c\nd"), Interval{0.0123, 0.0121, 0.0126}, std::int64_t{5}}};
  EXPECT_EQ(markdown_table(table),
            "## Small\n\nAll is fixed.\n\n| case | step |\n| --- | ---: |\n| a\\|b\\`c d | 12.3 ms [12.1, 12.6] |\n");
}

TEST(Markdown, SaysWhyATableIsEmpty) {
  EXPECT_EQ(markdown_table(small_table()), "## Small\n\nAll is fixed.\n\nNothing.\n");
}

TEST(Markdown, AFenceIsLongerThanWhatItHolds) {
  EXPECT_EQ(markdown_fence("a: 1\n", "yaml"), "```yaml\na: 1\n```\n");
  EXPECT_EQ(markdown_fence("x ```` y", ""), "`````\nx ```` y\n`````\n");
}

}  // namespace
}  // namespace scalemark::report
