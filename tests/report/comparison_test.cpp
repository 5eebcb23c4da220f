#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "analysis/result_fixture.h"
#include "core/error.h"
#include "report/pages/comparison_page.h"
#include "temporary_folder.h"

namespace scalemark::report {
namespace {

using namespace analysis;

using results::CaseRecord;
using results::CaseStatus;

/// Repetitions of `seconds` that scatter by 0.5 % about it.
std::vector<double> about(double seconds) {
  return {0.995 * seconds, 1.005 * seconds, 0.995 * seconds, 1.005 * seconds, seconds};
}

Comparison compare_cases(const std::vector<CaseRecord>& base, const std::vector<CaseRecord>& changed,
                         double threshold = 0.05) {
  return compare_files(make_file(base), make_file(changed, "2024-06-01T00:00:00Z"), threshold);
}

Comparison compare_medians(const std::vector<double>& base, const std::vector<double>& changed,
                           double threshold = 0.05) {
  return compare_cases({make_case("a", 1, 10, base)}, {make_case("a", 1, 10, changed)}, threshold);
}

Verdict verdict_of(const Comparison& comparison) { return comparison.cases.at(0).verdict; }

TEST(Comparison, TellsSlowerFasterAndSame) {
  EXPECT_EQ(verdict_of(compare_medians(about(1.0), about(1.1))), Verdict::kSlower);
  EXPECT_EQ(verdict_of(compare_medians(about(1.1), about(1.0))), Verdict::kFaster);
  EXPECT_EQ(verdict_of(compare_medians(about(1.0), about(1.01))), Verdict::kSame);
}

TEST(Comparison, TheThresholdIsTheSmallestChangeThatMatters) {
  // 3 % and certain: below a threshold of 5 %, above one of 2 %.
  EXPECT_EQ(verdict_of(compare_medians(about(1.0), about(1.03))), Verdict::kSame);
  // 5.5 % and certain to differ from none, but not from 5 %: the interval is about 0.7 % to either side.
  EXPECT_EQ(verdict_of(compare_medians(about(1.0), about(1.055))), Verdict::kUnclear);
  EXPECT_EQ(verdict_of(compare_medians(about(1.0), about(1.03), 0.02)), Verdict::kSlower);
  EXPECT_FALSE(compare_medians(about(1.0), about(1.03)).has_regression());
  EXPECT_TRUE(compare_medians(about(1.0), about(1.03), 0.02).has_regression());
}

TEST(Comparison, NoiseIsUnclearAndSaysWhatWouldHelp) {
  const Comparison noisy = compare_medians({1.0, 1.3, 0.8}, {1.1, 1.4, 0.9});
  EXPECT_EQ(verdict_of(noisy), Verdict::kUnclear);
  EXPECT_GT(noisy.cases[0].found_in_80, 0.3);
  EXPECT_GT(noisy.cases[0].found_in_95, noisy.cases[0].found_in_80);
  EXPECT_TRUE(contains(noisy.cases[0].remark, "too noisy")) << noisy.cases[0].remark;
  const Comparison mild = compare_medians({1.0, 1.04, 0.97}, {1.0, 1.05, 0.96});
  EXPECT_EQ(verdict_of(mild), Verdict::kUnclear);
  EXPECT_TRUE(contains(mild.cases[0].remark, "repetitions a side would find a slow-down of 10.0 %"))
      << mild.cases[0].remark;
}

TEST(Comparison, RatioAndPowerAreThoseOfWelch) {
  // x = [1.0, 1.1, 1.2], y = [1.0, 1.0, 1.1, 0.9]: r = mean(x) / mean(y), e^2 = var(x) / 3 / mean(x)^2 + var(y) / 4 /
  // mean(y)^2, bounds r exp(+- t e), p of (ln r - ln 1.05) / e, power 1.05 exp((t(0.975) + t(0.8)) e), all with Welch's
  // degrees of freedom, by SciPy 1.15.3.
  const ComparedCase one = compare_medians({1.0, 1.0, 1.1, 0.9}, {1.0, 1.1, 1.2}).cases.at(0);
  EXPECT_NEAR(one.ratio.estimate, 1.100000, 1e-5);
  EXPECT_NEAR(one.ratio.low, 0.916817, 1e-5);
  EXPECT_NEAR(one.ratio.high, 1.319783, 1e-5);
  EXPECT_NEAR(one.p_value, 0.521478, 1e-5);
  EXPECT_NEAR(one.found_in_80, 0.340803, 1e-5);
  EXPECT_NEAR(one.found_in_95, 0.449651, 1e-5);
  EXPECT_EQ(one.base_repetitions, 4u);
  EXPECT_EQ(one.new_repetitions, 3u);
}

TEST(Comparison, ManyCasesNeedStrongerEvidence) {
  // Alone, p is below 0.01; beside nineteen others it is no finding.
  const std::vector<double> before{1.0, 1.05, 0.95};
  const std::vector<double> after{1.30, 1.38, 1.24};
  EXPECT_EQ(verdict_of(compare_medians(before, after)), Verdict::kSlower);
  std::vector<CaseRecord> base{make_case("a", 1, 10, before)};
  std::vector<CaseRecord> changed{make_case("a", 1, 10, after)};
  for (int i = 0; i < 19; ++i) {
    base.push_back(make_case("other" + std::to_string(i), 1, 20 + i, {1.0, 1.05, 0.95}));
    changed.push_back(make_case("other" + std::to_string(i), 1, 20 + i, {1.0, 0.95, 1.05}));
  }
  const Comparison many = compare_cases(base, changed);
  EXPECT_EQ(verdict_of(many), Verdict::kUnclear);
  EXPECT_GT(many.cases[0].found_in_80, compare_medians(before, after).cases[0].found_in_80);
  EXPECT_FALSE(many.has_regression());
}

TEST(Comparison, ACaseThatNoLongerRunsIsLost) {
  for (const CaseStatus status : {CaseStatus::kOom, CaseStatus::kFailed, CaseStatus::kTimeout, CaseStatus::kInvalid}) {
    CaseRecord broken = make_case("a", 1, 10, {});
    broken.row.status = status;
    broken.row.reason = "why";
    const Comparison comparison = compare_cases({make_case("a", 1, 10, about(1.0))}, {broken});
    EXPECT_TRUE(comparison.has_regression());
    ASSERT_EQ(comparison.others.size(), 1u);
    EXPECT_EQ(comparison.others[0].reason, std::string("base is ok; new is ") + results::to_string(status) + ": why");
    const Comparison repaired = compare_cases({broken}, {make_case("a", 1, 10, about(1.0))});
    EXPECT_FALSE(repaired.has_regression());
  }
}

TEST(Comparison, WhatWasNotRunOrIsAnotherWorkIsNamedOnly) {
  CaseRecord skipped = make_case("a", 1, 10, {});
  skipped.row.status = CaseStatus::kSkipped;
  EXPECT_FALSE(compare_cases({make_case("a", 1, 10, about(1.0))}, {skipped}).has_regression());
  CaseRecord other = make_case("a", 1, 10, about(9.0));
  other.row.precision = "bf16";
  const Comparison comparison = compare_cases({make_case("a", 1, 10, about(1.0)), make_case("gone", 2, 10, about(1.0))},
                                              {other, make_case("added", 4, 10, about(1.0))});
  ASSERT_EQ(comparison.others.size(), 3u);
  EXPECT_EQ(comparison.others[0].reason, "not comparable: precision fp32 against bf16");
  EXPECT_EQ(comparison.others[1].reason, "missing in new");
  EXPECT_EQ(comparison.others[2].reason, "missing in base");
  EXPECT_EQ(comparison.lost(), 1u);  // the one that is gone
  EXPECT_TRUE(contains(comparison_page(comparison), "Step times: 1 lost of 0 compared case(s)"));
  EXPECT_FALSE(
      compare_jobs(std::vector{make_file({make_case("a", 1, 10, about(1.0)), make_case("gone", 2, 10, about(1.0))})},
                   std::vector{make_file({make_case("a", 1, 10, about(1.0))})}, {0.05, false, true})
          .has_regression());
}

TEST(Comparison, WithoutRepetitionsThereIsNoVerdict) {
  const Comparison single = compare_medians({1.0}, {2.0});
  EXPECT_EQ(verdict_of(single), Verdict::kUnclear);
  EXPECT_DOUBLE_EQ(single.cases[0].ratio.estimate, 2.0);
  EXPECT_TRUE(std::isnan(single.cases[0].ratio.low));
  EXPECT_TRUE(contains(single.cases[0].remark, "no interval: a side has fewer than two repetitions"));
  EXPECT_EQ(verdict_of(compare_medians({}, {std::nan("")})), Verdict::kUnclear);
}

TEST(Comparison, NamesTheVersionsThatDiffer) {
  auto base = make_file({make_case("a", 1, 10, about(1.0))});
  auto changed = base;
  changed.git_commit = "4567def";
  changed.provenance.versions = {{"LibTorch", "2.12.0"}, {"NCCL", "2.28"}};
  const Comparison comparison = compare_files(base, changed, 0.05);
  EXPECT_EQ(comparison.changes,
            (std::vector<std::string>{"commit of scalemark: 0123abc → 4567def", "LibTorch: 2.11.0 → 2.12.0",
                                      "MPI: 4.1.4 → not recorded", "NCCL: not recorded → 2.28"}));
  EXPECT_EQ(comparison.cases.size(), 1u);
}

TEST(ComparisonPage, FitsAPullRequest) {
  CaseRecord broken = make_case("b", 2, 10, {});
  broken.row.status = CaseStatus::kOom;
  const std::string page =
      comparison_page(compare_cases({make_case("a|c", 1, 10, about(1.0)), make_case("b", 2, 10, about(1.0))},
                                    {make_case("a|c", 1, 10, about(1.2)), broken}));
  EXPECT_EQ(page.rfind("## Step times: 1 slower, 1 lost of 1 compared case(s)\n", 0), 0u) << page;
  EXPECT_TRUE(
      contains(page, "| a\\|c | 1 | 10 | 1.00 s [0.99, 1.01] | 1.20 s [1.19, 1.21] | 1.20 [1.19, 1.21] | slower |"))
      << page;
  EXPECT_TRUE(contains(page, "- **lost** b: base is ok; new is oom\n")) << page;
  EXPECT_TRUE(contains(page, "Holm")) << page;
}

TEST(ComparisonPage, IsWrittenWithATableOfEveryCase) {
  const TemporaryFolder temporary;
  const auto folder = temporary.path() / "out";
  const Comparison comparison = compare_cases({make_case("a", 1, 10, about(1.0)), make_case("gone", 2, 10, about(1.0))},
                                              {make_case("a", 1, 10, about(1.2))});
  const auto paths = write_comparison(comparison, folder);
  ASSERT_EQ(paths.size(), 2u);
  std::ifstream file(folder / "compare.csv", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(
      contains(text.str(),
               ",ratio,ratio_low,ratio_high,verdict,p_value_adjusted,noise_fraction,found_in_95_fraction,remark\r\n"));
  EXPECT_TRUE(contains(text.str(), "gone,2,10,20,,,,,,,,,,,,,,,,lost,,,,missing in new\r\n")) << text.str();
  EXPECT_THROW(write_comparison(comparison, folder), InputError);
}

/// Jobs of one case, whose repetitions agree to 0.5 % while whole jobs differ.
std::vector<results::ResultFile> jobs(const std::vector<double>& seconds) {
  std::vector<results::ResultFile> files;
  files.reserve(seconds.size());
  for (const double one : seconds) files.push_back(make_file({make_case("a", 1, 10, about(one))}));
  return files;
}

TEST(ComparisonOfJobs, WhatVariesFromJobToJobIsInTheInterval) {
  const std::vector<double> base{1.0, 1.08, 0.95};
  const std::vector<double> changed{1.09, 1.0, 1.12};
  EXPECT_EQ(verdict_of(compare_files(jobs(base)[0], jobs(changed)[0], 0.05)), Verdict::kSlower);
  const Comparison several = compare_jobs(jobs(base), jobs(changed), {});
  const ComparedCase& one = several.cases.at(0);
  EXPECT_EQ(one.verdict, Verdict::kUnclear);
  EXPECT_DOUBLE_EQ(one.ratio.estimate, (1.09 + 1.0 + 1.12) / (1.0 + 1.08 + 0.95));
  EXPECT_EQ(one.base_jobs, 3u);
  EXPECT_EQ(one.base_repetitions, 15u);
  EXPECT_TRUE(contains(comparison_page(several), "over whole jobs"));
  EXPECT_EQ(one.remark.find("flagged"), std::string::npos) << one.remark;
}

TEST(ComparisonOfJobs, RoundsArePairedInTheirOrder) {
  // The machine slows down from round to round by half; the new build is slower by 10 % in each.
  const std::vector<double> base{1.0, 1.2, 1.5};
  const std::vector<double> changed{1.10, 1.33, 1.64};
  EXPECT_EQ(verdict_of(compare_jobs(jobs(base), jobs(changed), {})), Verdict::kUnclear);
  EXPECT_EQ(verdict_of(compare_jobs(jobs(base), jobs(changed), {0.05, true, false})), Verdict::kSlower);
  EXPECT_THROW(compare_jobs(jobs(base), jobs({1.0, 1.0}), {0.05, true, false}), InputError);
  EXPECT_THROW(compare_jobs(jobs({1.0}), jobs({1.0}), {0.05, true, false}), InputError);
}

TEST(ComparisonOfJobs, ARoundThatOneSideLacksIsLeftOutOnBoth) {
  auto base = jobs({1.0, 1.2, 1.5});
  auto changed = jobs({1.1, 1.32, 9.0});
  changed[2].cases[0].row.status = CaseStatus::kTimeout;
  changed[2].cases[0].arms.clear();
  const Comparison comparison = compare_jobs(base, changed, {0.05, true, false});
  EXPECT_NEAR(comparison.cases.at(0).ratio.estimate, 1.1, 1e-12);
  EXPECT_EQ(comparison.cases[0].base_jobs, 2u);
  EXPECT_TRUE(contains(comparison.cases[0].remark, "new is ok in 2 of 3 jobs; file 3: timeout"))
      << comparison.cases[0].remark;
  EXPECT_EQ(comparison.lost(), 1u);
  base[0].cases.clear();
  changed[1].cases.clear();
  EXPECT_TRUE(compare_jobs(base, changed, {0.05, true, false}).cases.empty());
}

TEST(ComparisonOfJobs, AJobOfOtherWorkIsLeftOutAndNamed) {
  auto changed = jobs({1.0, 1.0, 5.0});
  changed[2].cases[0].row.precision = "bf16";
  const ComparedCase one = compare_jobs(jobs({1.0, 1.0, 1.0}), changed, {}).cases.at(0);
  EXPECT_EQ(one.new_jobs, 2u);
  EXPECT_TRUE(contains(one.remark, "new: not comparable with its first file: file 3")) << one.remark;
}

// The whole way from samples to verdict, on files of four cases without any change and with one of 13 %.
TEST(Comparison, FindsWhatIsThereAndNotWhatIsNot) {
  constexpr int kPairs = 200;
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  const auto cases = [&](double seconds) {
    std::vector<CaseRecord> all;
    for (const int batch : {8, 16, 32, 64}) {
      std::vector<double> medians;
      medians.reserve(5);
      for (int i = 0; i < 5; ++i) medians.push_back(seconds * batch * std::exp(0.015 * normal(random)));
      all.push_back(make_case("batch" + std::to_string(batch), 1, batch, medians));
      seconds = 1.0;  // the first case alone is slower
    }
    return all;
  };
  int false_alarms = 0;
  int found = 0;
  for (int pair = 0; pair < kPairs; ++pair) {
    false_alarms += compare_cases(cases(1.0), cases(1.0)).has_regression() ? 1 : 0;
    found += verdict_of(compare_cases(cases(1.0), cases(1.13))) == Verdict::kSlower ? 1 : 0;
  }
  EXPECT_LE(false_alarms, 16);
  EXPECT_GE(found, 190);
}

}  // namespace
}  // namespace scalemark::report
