#include "analysis/tuning/best_setting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "analysis/result_fixture.h"
#include "analysis/tuning/best_overlay.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ParameterValue;
using Settings = std::vector<std::pair<std::string, ParameterValue>>;

constexpr const char* kBuckets = "train.bucket_mebibytes";

/// A case whose repetitions share a drift with those of the other cases and scatter by half a per mille.
CaseRecord tuned(const std::string& id, const Settings& settings, double seconds, std::int32_t ranks = 2,
                 int repetitions = 5) {
  const int phase = std::accumulate(id.begin(), id.end(), 0);
  std::vector<double> medians;
  medians.reserve(static_cast<std::size_t>(repetitions));
  for (int i = 0; i < repetitions; ++i)
    medians.push_back(seconds * (1.0 + 0.02 * i) * ((i + phase) % 5 < 2 ? 1.0005 : 0.9995));
  CaseRecord record = make_case(id, ranks, 32, medians);
  std::erase_if(record.parameters, [](const auto& one) { return one.first == "train.channels_last"; });
  record.parameters.insert(record.parameters.end(), settings.begin(), settings.end());
  return record;
}

CaseRecord bucket(double mebibytes, double seconds, std::int32_t ranks = 2, int repetitions = 5) {
  return tuned("bucket-" + std::to_string(static_cast<int>(mebibytes)) + "-" + std::to_string(ranks),
               {{kBuckets, mebibytes}}, seconds, ranks, repetitions);
}

std::vector<BestSetting> settings_of(const std::vector<CaseRecord>& cases) {
  const std::vector<results::ResultFile> files{make_file(cases)};
  return best_settings(merge_cases(files));
}

/// "key=value", one text per key of the overlay.
std::vector<std::string> overlay_of(const std::vector<BestSetting>& settings) {
  std::vector<std::string> texts;
  for (const auto& one : best_overlay(settings)) texts.push_back(one.key + "=" + one.value);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(BestSetting, NamesThePlantedOneWithItsGainOverTheDefault) {
  const auto settings = settings_of({bucket(1, 0.13), bucket(5, 0.10), bucket(25, 0.12)});
  ASSERT_EQ(settings.size(), 1u);
  const BestSetting& one = settings.front();
  EXPECT_EQ(one.keys, Texts{kBuckets});
  EXPECT_EQ(one.tried, (Texts{"1", "5", "25"}));
  EXPECT_EQ(one.reference, "25");
  EXPECT_TRUE(one.reference_is_default);
  EXPECT_EQ(one.best, "5");
  EXPECT_EQ(one.verdict, SettingVerdict::kGain);
  EXPECT_TRUE(one.paired);
  EXPECT_NEAR(one.gain.estimate, 0.12 / 0.10 - 1, 2e-3);
  EXPECT_LT(one.gain.low, one.gain.estimate);
  EXPECT_GT(one.gain.high, one.gain.estimate);
  EXPECT_EQ(one.at.name, "bucket-5-2");
  EXPECT_EQ(overlay_of(settings), Texts{std::string(kBuckets) + "=5"});
}

TEST(BestSetting, SaysWhereNoDifferenceMatters) {
  const auto settings = settings_of({bucket(1, 0.1001), bucket(5, 0.0999), bucket(25, 0.1)});
  ASSERT_EQ(settings.size(), 1u);
  EXPECT_EQ(settings.front().verdict, SettingVerdict::kNoDifference);
  EXPECT_EQ(settings.front().best, "25");
  EXPECT_EQ(settings.front().compared, "5");
  EXPECT_EQ(overlay_of(settings), Texts{});
}

TEST(BestSetting, KeepsADefaultThatIsTheFastest) {
  const auto settings = settings_of({bucket(1, 0.13), bucket(25, 0.10), bucket(100, 0.12)});
  EXPECT_EQ(settings.at(0).verdict, SettingVerdict::kReferenceBest);
  EXPECT_EQ(settings.at(0).best, "25");
  EXPECT_EQ(settings.at(0).compared, "100") << "its best rival";
  EXPECT_NEAR(settings.at(0).gain.estimate, 0.10 / 0.12 - 1, 2e-3);
}

TEST(BestSetting, TellsGainsOverTheFirstWhereTheDefaultWasNotMeasured) {
  const auto settings = settings_of({bucket(1, 0.12), bucket(5, 0.10)});
  EXPECT_EQ(settings.at(0).reference, "1");
  EXPECT_FALSE(settings.at(0).reference_is_default);
  EXPECT_EQ(settings.at(0).best, "5");
}

TEST(BestSetting, NeedsTwoRepetitions) {
  const auto settings = settings_of({bucket(5, 0.10, 2, 1), bucket(25, 0.12, 2, 1)});
  ASSERT_EQ(settings.size(), 1u);
  EXPECT_EQ(settings.front().verdict, SettingVerdict::kOneRepetition);
  EXPECT_EQ(settings.front().compared, "5");
  EXPECT_NEAR(settings.front().gain.estimate, 0.2, 2e-3);
  EXPECT_TRUE(std::isnan(settings.front().gain.low));
  EXPECT_EQ(overlay_of(settings), Texts{});
}

TEST(BestSetting, HoldsNothingAgainstAnotherThatDiffersInMore) {
  CaseRecord other = bucket(5, 0.1);
  other.parameters.emplace_back("train.precision", "bf16");
  CaseRecord one = bucket(25, 0.2);
  one.parameters.emplace_back("train.precision", "fp32");
  EXPECT_TRUE(settings_of({one, other}).empty()) << "other work";
  EXPECT_TRUE(settings_of({bucket(25, 0.2, 1), bucket(5, 0.1, 2)}).empty()) << "other ranks";
  CaseRecord failed = bucket(5, 0.1);
  failed.row.status = results::CaseStatus::kOom;
  EXPECT_TRUE(settings_of({bucket(25, 0.2), failed}).empty()) << "not measured";
  EXPECT_TRUE(
      settings_of({tuned("a", {{"train.precision", "fp32"}}, 0.2), tuned("b", {{"train.precision", "bf16"}}, 0.1)})
          .empty())
      << "the precision is work";
}

TEST(BestSetting, RecommendsTheFewestWorkersAmongEqualOnes) {
  const auto workers = [](std::int64_t count, double seconds) {
    return tuned("workers-" + std::to_string(count), {{"loader.workers", count}}, seconds);
  };
  const auto settings = settings_of({workers(2, 0.12), workers(4, 0.1), workers(8, 0.09999), workers(16, 0.1)});
  EXPECT_EQ(settings.at(0).best, "4") << "8 is faster by 0.01 %, which nobody can tell";
  const auto buckets = settings_of({bucket(1, 0.1), bucket(5, 0.09999), bucket(25, 0.12)});
  EXPECT_EQ(buckets.at(0).best, "5") << "a small bucket is not cheaper";
}

TEST(BestSetting, OfSeveralKeysIsGivenForEachAndForTheCombination) {
  const auto both = [](double mebibytes, const std::string& fill, double seconds) {
    return tuned("bucket-" + std::to_string(static_cast<int>(mebibytes)) + fill,
                 {{kBuckets, mebibytes}, {"train.bucket_fill", fill}}, seconds);
  };
  // Views help small buckets alone: changed by itself each key loses, together they gain.
  const auto settings =
      settings_of({both(25, "each", 0.12), both(5, "each", 0.13), both(25, "views", 0.125), both(5, "views", 0.10)});
  ASSERT_EQ(settings.size(), 5u);
  EXPECT_EQ(settings[0].others, "");
  EXPECT_EQ(settings[0].best, "25");
  EXPECT_EQ(settings[1].others, "bucket_fill views");
  EXPECT_EQ(settings[1].best, "5");
  EXPECT_FALSE(settings[1].others_at_default);
  EXPECT_EQ(settings[2].keys, Texts{"train.bucket_fill"});
  EXPECT_EQ(settings[2].best, "each");
  EXPECT_EQ(settings[3].best, "views");
  EXPECT_EQ(settings[4].keys, (Texts{kBuckets, "train.bucket_fill"}));
  EXPECT_EQ(settings[4].reference, "default");
  EXPECT_EQ(settings[4].best, "bucket_mebibytes 5, bucket_fill views");
  EXPECT_NEAR(settings[4].gain.estimate, 0.2, 2e-3);
  EXPECT_EQ(overlay_of(settings), (Texts{std::string(kBuckets) + "=5", "train.bucket_fill=views"}));
}

TEST(BestSetting, OfALargeJobLeadsAndNamesWhatASmallOneSays) {
  const auto settings = settings_of({bucket(5, 0.10, 2), bucket(25, 0.08, 2), bucket(100, 0.12, 2), bucket(5, 0.10, 4),
                                     bucket(25, 0.12, 4), bucket(100, 0.12, 4)});
  ASSERT_EQ(settings.size(), 2u);
  EXPECT_EQ(leading_setting(settings)->at.ranks, 4);
  const auto overlay = best_overlay(settings);
  ASSERT_EQ(overlay.size(), 1u);
  EXPECT_EQ(overlay[0].value, "5");
  ASSERT_EQ(overlay[0].against.size(), 1u);
  EXPECT_EQ(overlay[0].against[0]->best, "25");
}

TEST(BestSetting, SaysThatAHookChangesTheNumbers) {
  const auto settings = settings_of(
      {tuned("none", {{"train.comm_hook", "none"}}, 0.12), tuned("bf16", {{"train.comm_hook", "bf16"}}, 0.10)});
  EXPECT_EQ(settings.at(0).best, "bf16");
  EXPECT_TRUE(settings.at(0).changes_numbers);
}

}  // namespace
}  // namespace scalemark::analysis
