#include "report/pages/html.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "analysis/synthetic_sweep.h"
#include "analysis/training/target_fixture.h"
#include "markup_check.h"
#include "report/charts/figures.h"
#include "report/charts/svg.h"
#include "report/pages/extra_p.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using namespace analysis;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string page_of(const results::ResultFile& file) { return html_page(build_report({file})); }

const std::string& sweep_page() {
  static const std::string page = page_of(SyntheticSweep().file());
  return page;
}

TEST(Html, ASweepOf60CasesIsSmallEnough) {
  const Markup markup = check_markup(sweep_page());
  EXPECT_EQ(markup.fault, "");
  EXPECT_LT(sweep_page().size(), 4'000'000u);  // half of it are the figures as files
  EXPECT_LE(markup.elements, 21'000u);
}

TEST(Html, NothingIsFetchedAndNothingRuns) {
  const Markup markup = check_markup(sweep_page());
  const std::set<std::string> names(markup.names.begin(), markup.names.end());
  for (const char* name : {"script", "link", "img", "iframe", "object", "image", "use", "foreignObject", "base"}) {
    EXPECT_FALSE(names.contains(name)) << name;
  }
  EXPECT_TRUE(contains(sweep_page(), "default-src 'none'; style-src 'unsafe-inline'"));
  EXPECT_FALSE(contains(sweep_page(), "url("));
  EXPECT_FALSE(contains(sweep_page(), "@import"));
  EXPECT_FALSE(contains(sweep_page(), " src="));
  // Links within the page, and files that the page holds.
  EXPECT_EQ(count(sweep_page(), "href="), count(sweep_page(), "href=\"#") +
                                              count(sweep_page(), ".svg\" href=\"data:image/svg+xml;base64,") +
                                              count(sweep_page(), ".csv\" href=\"data:text/csv;base64,"));
}

TEST(Html, EveryFigureHasATextAlternativeAndItsTable) {
  const std::string& page = sweep_page();
  EXPECT_EQ(count(page, "<figure id=\"figure-"), count(page, "role=\"img\"><title>"));
  EXPECT_EQ(count(page, "<figure id=\"figure-"), count(page, "</title><desc>"));
  for (std::size_t at = page.find("<section"); at != std::string::npos; at = page.find("<section", at + 1)) {
    const std::string section = page.substr(at, page.find("</section>", at) - at);
    if (!contains(section, "<figure ") || contains(section, "<section id=\"summary\"")) continue;
    EXPECT_TRUE(contains(section, "<table>")) << section.substr(0, 60);
  }
}

TEST(Html, HasEveryFigureThatTheReportPromises) {
  for (const char* title :
       {"Throughput against batch per rank", "Step time against batch per rank",
        "Speed-up of an epoch against ranks, fixed batch per rank",
        "Speed-up of a step against ranks, fixed global batch",
        "Efficiency of a step against ranks, fixed global batch", "Weak scaling efficiency against ranks",
        "gpus=8,batch_size=32: speed-up of 8 ranks over gpus=1,batch_size=32",
        "gpus=8,batch_size=32: speed-up of 8 ranks over gpus=1,batch_size=256", "Phases of a step on 8 ranks",
        "Peak memory of a rank against batch per rank", "Loss on 4 ranks", "Accuracy on 4 ranks",
        "Raw step times of gpus=8,batch_size=64"}) {
    EXPECT_TRUE(contains(sweep_page(), "<title>" + std::string(title))) << title;
  }
}

TEST(Html, HasEveryTitledTable) {
  for (const auto& section : sections_of(build_report({SyntheticSweep().file()}))) {
    const bool has_heading = contains(sweep_page(), "<h2>" + section.title);
    if (section.title.empty()) continue;
    EXPECT_EQ(has_heading, !section.table.rows.empty() || !section.matrices.empty()) << section.table.name;
  }
}

/// A figure names its table: one that no report has would never be shown.
TEST(Html, EveryFigureHasItsSection) {
  auto file = SyntheticSweep().with_buckets_and_changes();
  auto& collective = file.comm.emplace_back();
  collective.op = "broadcast";
  collective.repetitions = collective.ranks = 1;
  collective.bytes = {8, 16};
  collective.seconds = {1.0, 1.0};
  for (const auto& record : SyntheticTrainings().few().cases) file.cases.push_back(record);
  file.provenance.startup_seconds = {{"mpi_seconds", 0.5}};
  const auto report = build_report({file});
  const auto sections = sections_of(report);
  for (const auto& drawn : kFigures) {
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&](const Section& section) { return section.table.name == drawn.table; });
    ASSERT_NE(found, sections.end()) << drawn.table;
    EXPECT_FALSE(found->figures.empty()) << drawn.table;
    EXPECT_FALSE(drawn.figures(report).empty()) << drawn.table;
  }
}

TEST(Html, HostileNamesStayText) {
  const std::string page = page_of(hostile_file());
  const Markup markup = check_markup(page);
  EXPECT_EQ(markup.fault, "");
  EXPECT_FALSE(contains(page, "<script"));
  EXPECT_FALSE(contains(page, "<svg onload"));
  EXPECT_TRUE(contains(page, "&lt;script&gt;alert(&#39;x&#39;)"));
  EXPECT_FALSE(contains(page, "\xff"));
}

TEST(Html, AnEmptyReportSaysSo) {
  for (const auto& page : {page_of(make_file({})), html_page(build_report({}))}) {
    EXPECT_EQ(check_markup(page).fault, "");
    EXPECT_TRUE(contains(page, "The files hold no case: nothing was measured."));
    EXPECT_FALSE(contains(page, "<figure"));
  }
}

TEST(Html, RecordsWithoutANumberMakeNoFigure) {
  results::CaseRecord empty;
  empty.row.case_id = "empty";
  empty.row.status = results::CaseStatus::kOk;
  results::CaseRecord unknown = make_case("unknown", 2, 10, {NAN, NAN});
  unknown.arms["no_sync"] = steady_samples({NAN, NAN}, 2);
  unknown.loss = {NAN, NAN};
  const std::string page = page_of(make_file({empty, unknown, make_case("alone", 1, 10, {1.0, 1.0})}));
  EXPECT_EQ(check_markup(page).fault, "");
  for (const char* number : {">nan", " nan", "\"nan", "Mnan", "Lnan"}) EXPECT_FALSE(contains(page, number)) << number;
}

TEST(HtmlTable, ARefusalStandsWhereTheNumberWouldBe) {
  auto pair = make_case("pair", 2, 10, {1.25, 1.25, 1.25});
  pair.row.precision = "bf16";
  const Report report = build_report({make_file({make_case("alone", 1, 10, {1.0, 1.0, 1.0}), pair})});
  const std::string expected =
      "<td data-of=\"efficiency\">\u2013<small>not comparable: alone at 1 rank differs in precision fp32 against "
      "bf16</small></td>";
  EXPECT_TRUE(
      contains(html_table(scaling_section(ScalingKind::kFixedWorkPerRank, report.fixed_work).table, ""), expected));
  EXPECT_TRUE(contains(html_table(main_section(report).table, "main"), expected));
}

TEST(HtmlTable, FlagsAndReasonsStandAtTheirNumbers) {
  auto few = make_case("few", 1, 10, {1.0, 1.0});
  auto large = make_case("large", 1, 4096, {});
  large.row.status = results::CaseStatus::kOom;
  large.row.reason = "out of memory at 16 GiB";
  const std::string table = html_table(main_section(build_report({make_file({few, large})})).table, "main");
  EXPECT_TRUE(contains(table, "1.00\u00a0s [1.00,\u00a01.00]<small>independence assumed</small></td>")) << table;
  EXPECT_TRUE(contains(table, "<td data-of=\"step time\">\u2013<small>out of memory at 16 GiB</small></td>")) << table;
}

/// Three cases on one rank: `ranks` says the same in each row, and the global batch repeats the batch.
Table one_rank_table() {
  Table table{"small", "Nothing."};
  table.columns = {{"case", "case", Unit::kNone, ColumnKind::kText},
                   {"ranks", "ranks"},
                   {"batch per rank", "batch_per_rank"},
                   {"global batch", "global_batch"},
                   {"nothing", "nothing"}};
  for (const std::int64_t batch : {16, 32, 64})
    table.rows.push_back({"case " + std::to_string(batch), std::int64_t{1}, batch, batch, Cell{}});
  return table;
}

TEST(HtmlTable, WhatEveryRowSaysIsSaidOnce) {
  const std::string html = html_table(one_rank_table(), "Small");
  EXPECT_TRUE(contains(html, "<p class=\"same\">In every row: ranks 1.</p>")) << html;
  EXPECT_EQ(count(html, "<th scope=\"col\""), 2u) << html;
}

TEST(HtmlTable, AWideTableIsCutIntoPartsThatNameTheirRows) {
  Table table = one_rank_table();
  for (int i = 0; i < 20; ++i) {
    table.columns.push_back({"column of a long title " + std::to_string(i), "c"});
    for (auto& row : table.rows) row.emplace_back(0.001 * (i + 1) * static_cast<double>(&row - table.rows.data() + 1));
  }
  const std::string html = html_table(table, "Small");
  const std::size_t parts = count(html, "<table>");
  EXPECT_GT(parts, 1u);
  EXPECT_EQ(count(html, "case 16</th>"), parts) << html;
}

TEST(HtmlTable, ARemarkThatRecursIsSaidOnce) {
  Table table{"small", "Nothing.", {{"case", "case", Unit::kNone, ColumnKind::kText}, {"n", "n"}}};
  for (std::size_t row = 0; row < 4; ++row) {
    table.rows.push_back({std::string("a"), row == 3 ? Cell{} : Cell{std::int64_t{5}}});
    table.remarks.push_back({row, 1, "the same long remark about every number"});
  }
  const std::string html = html_table(table, "Small");
  EXPECT_EQ(count(html, "<td data-of=\"n\">5<sup>1</sup></td>"), 3u) << html;
  EXPECT_TRUE(contains(html, "<li>the same long remark about every number</li>"));
  EXPECT_TRUE(contains(html, "<td data-of=\"n\">\u2013<small>the same long remark about every number</small></td>"));
}

TEST(Svg, EscapesWhatCannotStandInMarkup) {
  EXPECT_EQ(markup_escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(markup_escaped("\u00b5 \u2013 \U0001F600"), "\u00b5 \u2013 \U0001F600");
  EXPECT_EQ(markup_escaped(std::string("\x01\x00z", 3)), "\uFFFD\uFFFDz");
  // Bytes that are no UTF-8: a lone continuation, an overlong slash, half a surrogate pair, a cut sequence.
  EXPECT_EQ(markup_escaped("\x80"), "\uFFFD");
  EXPECT_EQ(markup_escaped("\xC0\xAF"), "\uFFFD\uFFFD");
  EXPECT_EQ(markup_escaped("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(markup_escaped("x\xE2\x80"), "x\uFFFD\uFFFD");
}

TEST(Svg, CoordinatesAreShort) {
  EXPECT_EQ(coordinate(12.34), "12.3");
  EXPECT_EQ(coordinate(5.0), "5");
  EXPECT_EQ(coordinate(-0.01), "0");
}

TEST(Svg, LongNamesAreCutAtACharacter) {
  EXPECT_EQ(shortened("short", 100), "short");
  EXPECT_EQ(shortened("\u00b5\u00b5\u00b5\u00b5\u00b5\u00b5", 30), "\u00b5\u00b5\u00b5\u2026");
}

TEST(ExtraP, WritesOneObjectPerCaseAndPhase) {
  auto one = make_case("one", 4, 32, {1.0, 1.5});
  one.phase_names = {"load"};
  one.phase_seconds = {steady_samples({0.25}, 4)};
  one.arms["phases"] = steady_samples({2.0}, 4);
  EXPECT_EQ(
      extra_p_lines(build_report({make_file({one})})),
      "{\"params\":{\"p\":4,\"b\":32},\"callpath\":\"step\",\"metric\":\"step_seconds\",\"value\":[1,1.5]}\n"
      "{\"params\":{\"p\":4,\"b\":32},\"callpath\":\"step->load\",\"metric\":\"step_seconds\",\"value\":[0.25]}\n");
}

TEST(ExtraP, CasesThatDifferInAnyKeyShareNoPoint) {
  auto plain = make_case("plain", 1, 32, {1.0});
  plain.row.mode = "single";
  auto ddp = make_case("ddp", 1, 32, {2.0});
  auto seeded = make_case("seeded", 1, 32, {3.0});
  seeded.parameters.emplace_back("train.seed", std::int64_t{2});
  auto older = make_case("older", 1, 32, {4.0});
  older.parameters.pop_back();
  const std::string lines = extra_p_lines(build_report({make_file({plain, ddp, seeded, older})}));
  std::set<std::string> points;
  std::istringstream each(lines);
  for (std::string line; std::getline(each, line);) points.insert(line.substr(0, line.find("\"metric\"")));
  EXPECT_EQ(points.size(), 4u) << lines;
}

TEST(ExtraP, AnyBytesOfANameAreValidJson) {
  auto one = make_case("one", 1, 32, {1.0});
  one.row.model = "a\xff\"\\\x1b\u202e";
  const std::string lines = extra_p_lines(build_report({make_file({one, make_case("two", 1, 32, {2.0})})}));
  EXPECT_TRUE(contains(lines, "\"callpath\":\"a\uFFFD\\\"\\\\\\u001b\\u202e->step\"")) << lines;
}

TEST(ExtraP, CasesThatDifferInMoreHaveTheirOwnCallpath) {
  auto half = make_case("half", 1, 32, {1.0});
  half.row.precision = "bf16";
  const std::string lines = extra_p_lines(build_report({make_file({half, make_case("full", 1, 32, {2.0})})}));
  EXPECT_TRUE(contains(lines, "\"callpath\":\"bf16->step\"")) << lines;
  EXPECT_TRUE(contains(lines, "\"callpath\":\"fp32->step\"")) << lines;
}

}  // namespace
}  // namespace scalemark::report
