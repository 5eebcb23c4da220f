#include "analysis/precision.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "analysis/report.h"
#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;

CaseRecord asking(const std::string& repetitions, const std::string& precision) {
  CaseRecord record = make_case("a", 1, 32, {0.1, 0.1});
  record.parameters.emplace_back("measure.repetitions", repetitions);
  record.parameters.emplace_back("measure.precision", precision);
  return record;
}

std::string note(const Interval& ratio, const CaseRecord& base, const CaseRecord& one) {
  constexpr std::size_t kRounds = 10;
  MeasuredCase base_side;
  MeasuredCase one_side;
  base_side.record = &base;
  one_side.record = &one;
  return precision_note(ratio, kRounds, base_side, one_side);
}

TEST(PrecisionNote, SaysWhatIsReachedOrWhatItWouldTake) {
  const CaseRecord case_of_two = asking("auto", "2%");
  EXPECT_EQ(note({1.8, 1.78, 1.82}, case_of_two, case_of_two), "precision of 2 % reached");
  // The wider side is 0.059 / 1.5 = 3.93 %, and 10 (3.93 / 2)^2 = 38.7: half the width takes four times as many.
  EXPECT_EQ(note({1.5, 1.45, 1.559}, case_of_two, case_of_two), "known to 3.9 %: about 39 repetitions would reach 2 %");
}

TEST(PrecisionNote, IsAboutTheTighterOfTwo) {
  EXPECT_EQ(note({1.0, 0.97, 1.029}, asking("auto", "5%"), asking("auto", "1.4%")),
            "known to 3 %: about 46 repetitions would reach 1.4 %");
  EXPECT_EQ(note({1.0, 0.97, 1.03}, asking("auto", "5%"), asking("7", "1%")), "precision of 5 % reached");
}

TEST(PrecisionNote, IsEmptyWhereNoneIsAskedFor) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(note({1.0, 0.9, 1.1}, asking("7", "2%"), asking("7", "2%")), "");
  EXPECT_EQ(note({1.0, kNone, kNone}, asking("auto", "2%"), asking("auto", "2%")), "") << "no interval";
  const CaseRecord older = make_case("old", 1, 32, {0.1, 0.1});
  EXPECT_EQ(note({1.0, 0.9, 1.1}, older, older), "");
}

TEST(Precision, StandsInTheRowsOfAReport) {
  CaseRecord base = asking("auto", "2%");
  CaseRecord doubled = make_case("b", 2, 32, {0.1, 0.1});
  doubled.parameters = base.parameters;
  doubled.parameters[0].second = std::int64_t{2};
  CaseRecord fused = base;
  fused.row.case_id = "fused";
  fused.parameters.emplace_back("train.fused", "on");
  base.parameters.emplace_back("train.fused", "off");
  doubled.parameters.emplace_back("train.fused", "off");
  const Report report = build_report({make_file({base, doubled, fused})});
  ASSERT_EQ(report.fixed_work.size(), 2U);
  EXPECT_FALSE(contains(report.fixed_work[0].caveat, "precision")) << "the baseline";
  EXPECT_TRUE(contains(report.fixed_work[1].caveat, "precision of 2 % reached")) << report.fixed_work[1].caveat;
  ASSERT_EQ(report.one_changes.size(), 1U);
  EXPECT_EQ(report.one_changes[0].precision, "precision of 2 % reached");
}

}  // namespace
}  // namespace scalemark::analysis
