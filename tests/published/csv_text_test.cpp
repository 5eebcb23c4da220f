#include "published/csv_text.h"

#include <gtest/gtest.h>

namespace scalemark::published {
namespace {

/// Fields between |, one line per record; comments first, with their #.
std::string parsed(const std::string& text) {
  config::Faults faults;
  const CsvText csv = parse_csv("f.csv", text, faults);
  if (faults.count() > 0) return faults.lines().front();
  std::string out;
  for (const auto& comment : csv.comments) out += "#" + comment.text + "\n";
  const auto add = [&out](const std::vector<CsvField>& record) {
    for (const auto& field : record) out += (&field == &record.front() ? "" : "|") + field.text;
    out += "\n";
  };
  add(csv.header);
  for (const auto& row : csv.rows) add(row);
  return out;
}

TEST(CsvText, PlainAndQuotedFields) {
  EXPECT_EQ(parsed("a,b\n1,2\n"), "a|b\n1|2\n");
  EXPECT_EQ(parsed("a,b\r\n\"x, \"\"y\"\"\",\r\n"), "a|b\nx, \"y\"|\n");
  EXPECT_EQ(parsed("a\n\"two\nlines\"\nlast"), "a\ntwo\nlines\nlast\n");
  EXPECT_EQ(parsed(",\n"), "|\n");
}

TEST(CsvText, CommentsEmptyLinesAndAByteOrderMark) {
  EXPECT_EQ(parsed("\xef\xbb\xbf# title: x\n\na\n#,\n\r\n1\n\n"), "# title: x\n#,\na\n1\n");
  EXPECT_EQ(parsed("a\n\"#1\"\n1#\n"), "a\n#1\n1#\n");
}

TEST(CsvText, FaultsHaveTheirPlace) {
  EXPECT_EQ(parsed("a\n\"x\"y\n"), "f.csv:2:4: text after a closing quote; a quote inside quotes is written twice");
  EXPECT_EQ(parsed("a,b\n1,\"x\n\n"), "f.csv:2:3: a quote that is never closed");
  EXPECT_EQ(parsed("a\nx\"y\n"), "f.csv:2:2: a quote inside a field that does not begin with one");
  EXPECT_EQ(parsed("a\n\xc3\xa9,\xff\n"), "f.csv:2:3: a byte that is no printable UTF-8");
  EXPECT_EQ(parsed(std::string("a\n1\0", 4)), "f.csv:2:2: a byte that is no printable UTF-8");
}

TEST(CsvText, ColumnsCountCharacters) {
  config::Faults faults;
  const CsvText csv = parse_csv("f.csv", "\xc3\xa9t\xc3\xa9,b\n\"\xe2\x82\xac\n\",x\n", faults);
  ASSERT_EQ(csv.rows.size(), 1u);
  EXPECT_EQ(csv.header[1].place.column, 5);
  EXPECT_EQ(csv.rows[0][1].place.line, 3);
  EXPECT_EQ(csv.rows[0][1].place.column, 3);
}

TEST(CsvText, OfNothingIsNothing) {
  EXPECT_EQ(parsed(""), "\n");
  EXPECT_EQ(parsed("\n\n"), "\n");
}

}  // namespace
}  // namespace scalemark::published
