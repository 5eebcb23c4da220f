#include "report/pages/said_once.h"

#include <gtest/gtest.h>

#include "analysis/result_fixture.h"
#include "report/pages/markdown.h"
#include "report/sections.h"

namespace scalemark::report {
namespace {

using namespace analysis;

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(SaidOnce, ARemarkUnderSeveralTablesIsANoteWithItsCases) {
  const auto report =
      build_report({make_file({make_case("one", 1, 10, {1.0, 1.0, 1.0}), make_case("two", 2, 10, {1.25, 1.25, 1.25}),
                               make_case("four", 4, 10, {1.5, 1.5, 1.5})})});
  const std::string page = markdown_page(report, sections_of(report));
  EXPECT_EQ(times(page, "the ranks are processes that share a host's cores and memory"), 1u) << page;
  EXPECT_TRUE(contains(page, "- Note 1 (two; four): the ranks are processes that share a host's cores and memory.\n"))
      << page;
  EXPECT_GE(times(page, "| note 1 |"), 4u) << page;
}

TEST(SaidOnce, OneFindingOfSeveralCasesIsOneRow) {
  const auto report = build_report({make_file({make_case("one", 1, 10, {1.0}), make_case("two", 2, 10, {1.25})})});
  const std::string page = markdown_page(report, sections_of(report));
  EXPECT_EQ(times(page, "1 repetition(s): an interval needs at least 2"), 1u) << page;
  EXPECT_TRUE(contains(page, "| one; two | – | 10 | – | few repetitions |")) << page;
}

TEST(SaidOnce, AReasonStaysWholeBehindItsLead) {
  Section first{"First", "", {"first", "", {{"case", "case", Unit::kNone, ColumnKind::kText}, {"n", "n"}}}};
  for (const char* name : {"a", "b"}) first.table.rows.push_back({std::string(name), Cell{}});
  first.table.remarks = {{0, 1, "not comparable: x differs in one thing; and in another one too"}, {1, 1, "baseline"}};
  Section second = first;
  second.table.name = "second";
  std::vector<Section> shown{first, second};
  EXPECT_EQ(say_once(shown), std::vector<std::string>{"Note 1 (a): x differs in one thing; and in another one too."});
  EXPECT_EQ(shown[1].table.remarks[0].text, "not comparable: note 1");
  EXPECT_EQ(shown[1].table.remarks[1].text, "baseline");
}

}  // namespace
}  // namespace scalemark::report
