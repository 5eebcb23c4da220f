#include "report/pages/summary.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/result_fixture.h"

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
  EXPECT_FALSE(contains(text, "Cannot be told apart from none: exposed communication")) << text;
}

TEST(Summary, DoesNotNameNoiseButSaysHowManyRepetitionsItTakes) {
  // Exposed: 0.25 s on average with a standard deviation of 0.5 s, half width 2.776 x 0.5 / sqrt(5) = 0.62 s. It needs
  // t(N - 1) / sqrt(N) < 0.5, which begins at N = 18 (2.110 / 4.243 = 0.497).
  const double half = 0.5 * std::sqrt(0.5);
  const std::string text =
      summary_text(pair_with({1.25, 1.26, 1.24, 1.25, 1.25}, {1.0 - 2 * half, 1.0 + 2 * half, 1.0, 1.0, 1.0}));
  EXPECT_FALSE(contains(text, "to exposed communication")) << text;
  EXPECT_TRUE(contains(text, "Cannot be told apart from none: exposed communication (needs about 18 repetitions)"))
      << text;
}

TEST(Summary, DoesNotCallALossWhatMayBeNone) {
  const std::string text = summary_text(pair_with({1.0, 1.2, 0.9, 1.1, 1.0}, {1.0, 1.0, 1.0, 1.0, 1.0}));
  EXPECT_TRUE(contains(text, "Whether pair at 2 ranks loses time cannot be told apart from noise (needs about"))
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
  EXPECT_TRUE(contains(summary_text(cases), "the fastest is a (1 rank(s), batch 10 per rank): 10.0 images/s"));
  EXPECT_TRUE(contains(summary_text(cases), "b cannot be told apart from it."));
  const std::vector<results::CaseRecord> apart{make_case("a", 1, 10, {1.0, 1.01, 0.99}),
                                               make_case("b", 1, 10, {1.5, 1.51, 1.49})};
  EXPECT_FALSE(contains(summary_text(apart), "cannot be told apart"));
}

}  // namespace
}  // namespace scalemark::report
