#include "report/pages/summary.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "analysis/result_fixture.h"
#include "report/pages/header.h"
#include "report/pages/markdown.h"
#include "report/pages/overview.h"

namespace scalemark::report {
namespace {

using namespace analysis;

std::string summary_text(const std::vector<results::CaseRecord>& cases) {
  return fmt::format("{}", fmt::join(summary_of(build_report({make_file(cases)})), "\n"));
}

/// Two ranks at 80 % efficiency: full 1.25 s of which `no_sync` tells what is communication.
std::vector<results::CaseRecord> pair_with(const std::vector<double>& full, const std::vector<double>& no_sync) {
  results::CaseRecord pair = make_case("pair", 2, 10, full);
  pair.arms["no_sync"] = steady_samples(no_sync, 2);
  return {make_case("alone", 1, 10, {1.0, 1.0, 1.0, 1.0, 1.0}), pair};
}

TEST(Summary, NamesALossThatIsCertain) {
  const std::string text = summary_text(pair_with({1.25, 1.26, 1.24, 1.25, 1.25}, {1.0, 1.01, 0.99, 1.0, 1.0}));
  EXPECT_TRUE(contains(text, "250 ms to exposed communication")) << text;
}

TEST(Summary, DoesNotNameNoiseButSaysHowManyRepetitionsItTakes) {
  // Exposed: 0.25 s on average with a standard deviation of 0.5 s, half width 2.776 x 0.5 / sqrt(5) = 0.62 s. It needs
  // t(N - 1) / sqrt(N) < 0.5, which begins at N = 18 (2.110 / 4.243 = 0.497).
  const double half = 0.5 * std::sqrt(0.5);
  const auto cases = pair_with({1.25, 1.26, 1.24, 1.25, 1.25}, {1.0 - 2 * half, 1.0 + 2 * half, 1.0, 1.0, 1.0});
  EXPECT_FALSE(contains(summary_text(cases), "to exposed communication")) << summary_text(cases);
  const std::string page = markdown_page(build_report({make_file(cases)}));
  EXPECT_TRUE(contains(page, "exposed communication (needs about 18 repetitions)")) << page;
}

TEST(Summary, DoesNotCallALossWhatMayBeNone) {
  const std::string text = summary_text(pair_with({1.0, 1.2, 0.9, 1.1, 1.0}, {1.0, 1.0, 1.0, 1.0, 1.0}));
  EXPECT_TRUE(contains(
      text, "Whether time is lost against ideal scaling cannot be told from noise; a clear answer needs about"))
      << text;
}

TEST(Summary, OfABusyMachineGivesNoHeadline) {
  auto cases = pair_with({1.25, 1.26, 1.24, 1.25, 1.25}, {1.0, 1.01, 0.99, 1.0, 1.0});
  cases[1].machine.ranks = 2;
  cases[1].machine.other_load_fraction = {0.0, 0.0, 0.72, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  const std::vector<std::string> summary = summary_of(build_report({make_file(cases)}));
  ASSERT_EQ(summary.size(), 1u);
  EXPECT_TRUE(contains(summary[0], "The machine was busy while 1 of 2 cases were measured")) << summary[0];
  EXPECT_TRUE(contains(summary[0], "at most 72 %")) << summary[0];
  EXPECT_FALSE(contains(summary[0], "images/s")) << summary[0];
  EXPECT_FALSE(contains(summary[0], "efficiency")) << summary[0];
}

TEST(Summary, NamesNoFastestOfTwoThatAreAlike) {
  const std::vector<results::CaseRecord> cases{make_case("a", 1, 10, {1.0, 1.1, 0.9}),
                                               make_case("b", 1, 10, {1.0, 1.12, 0.9})};
  EXPECT_TRUE(
      contains(summary_text(cases), "Of 2 cases, the fastest 2 cannot be told apart; they reach up to 10.0 images/s."))
      << summary_text(cases);
  EXPECT_FALSE(contains(summary_text(cases), "the fastest is"));
  const std::vector<results::CaseRecord> apart{make_case("a", 1, 10, {1.0, 1.01, 0.99}),
                                               make_case("b", 1, 10, {1.5, 1.51, 1.49})};
  EXPECT_FALSE(contains(summary_text(apart), "cannot be told apart"));
}

TEST(Summary, SpeaksOfACaseInWords) {
  const std::string text = summary_text(
      {make_case("gpus=1,batch_size=16", 1, 16, {1.0, 1.0}), make_case("gpus=2,batch_size=32", 2, 32, {1.0, 1.0})});
  EXPECT_TRUE(contains(text, "the fastest is 2 ranks, batch 32 per rank: 64.0 images/s.")) << text;
  EXPECT_FALSE(contains(text, "gpus=")) << text;
}

TEST(Summary, PublishedFiguresAreNoCases) {
  auto published = make_case("published", 1, 16, {});
  published.arms.clear();
  published.row.step_seconds = 1.0;
  const std::string text = summary_text({published, make_case("here", 1, 16, {1.0, 1.0})});
  EXPECT_TRUE(contains(text, "Of 1 case, the fastest is")) << text;
}

TEST(Header, SaysWhatOnWhatAndWhen) {
  const Report report = build_report({make_file({make_case("a", 1, 16, {1.0}), make_case("b", 2, 16, {1.0})})});
  EXPECT_EQ(page_title(report), "quickstart: resnet10 on fashion-mnist, 1 to 2 ranks");
  std::string facts;
  for (const auto& [name, value] : header_facts(report)) facts.append(name).append("=").append(value).append("\n");
  EXPECT_EQ(facts,
            "Model=resnet10 (4.9 M parameters)\nData set=fashion-mnist (1,000 images)\nBatch per rank=16\n"
            "Precision=fp32\nMode=ddp\nDevices=1 to 2 \u00d7 Some Processor\nHost=node1\nLink=memory of the host\n"
            "Measured=2024-05-01 10:00 UTC\nScalemark=0.1.0 (0123abc)\n");
}

TEST(Header, SaysThatTheQuickFormWasMeasured) {
  auto file = make_file({make_case("a", 1, 16, {1.0})});
  file.provenance.command_line = "scalemark run c.yaml --set quick=true";
  const auto facts = header_facts(build_report({file}));
  EXPECT_EQ(std::ranges::count(facts, "Form", &std::pair<std::string, std::string>::first), 1);
}

TEST(Tiles, AnswerThroughputEfficiencyAndLoss) {
  auto cases = pair_with({1.25, 1.26, 1.24, 1.25, 1.25}, {1.0, 1.01, 0.99, 1.0, 1.0});
  const auto tiles = tiles_of(build_report({make_file(cases)}));
  ASSERT_EQ(tiles.size(), 3u);
  EXPECT_EQ(tiles[0].value, "16.0 images/s");
  EXPECT_EQ(tiles[1].title, "Efficiency");
  EXPECT_EQ(tiles[1].value, "80.0 %");
  EXPECT_EQ(tiles[2].title, "Largest loss: exposed communication");
  EXPECT_EQ(tiles[2].value, "20.0 %");
  cases[1].machine.ranks = 2;
  cases[1].machine.other_load_fraction.assign(10, 0.72);
  EXPECT_TRUE(tiles_of(build_report({make_file(cases)})).empty());
}

}  // namespace
}  // namespace scalemark::report
