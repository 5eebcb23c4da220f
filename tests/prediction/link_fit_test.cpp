#include "prediction/link_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace scalemark::prediction {
namespace {

constexpr double kLatency = 1e-3;
constexpr double kSecondsPerByte = 1e-6;
constexpr std::int64_t kSmall = 1000;
constexpr std::int64_t kMedium = 10 * kSmall;
constexpr std::int64_t kLarge = 1000 * kSmall;
constexpr std::int64_t kHuge = 25 * kLarge;
const std::vector<double> kThreeTimes{1, 1, 1};

/// A ring over `ends` whose repetitions took `times` what it should.
LinkCell cell(int ends, std::int64_t bytes, const std::vector<double>& times, double congestion = 0) {
  LinkCell cell{ends, bytes, 2.0 * (ends - 1), 2.0 * (ends - 1) / ends * static_cast<double>(bytes), {}};
  const double seconds = kLatency * cell.messages + kSecondsPerByte * std::pow(ends / 2.0, congestion) * cell.bytes;
  for (const double one : times) cell.seconds.push_back(one * seconds);
  return cell;
}

TEST(LinkFit, FindsTheLinkThatMadeTheCells) {
  const LinkFit fit =
      fit_link({cell(2, kSmall, kThreeTimes), cell(2, kLarge, kThreeTimes), cell(4, kSmall, kThreeTimes),
                cell(4, kLarge, kThreeTimes), cell(4, kHuge, kThreeTimes)});
  EXPECT_NEAR(fit.link.latency_seconds, kLatency, 1e-8);
  EXPECT_NEAR(fit.link.bytes_per_second, 1 / kSecondsPerByte, 1);
  EXPECT_NEAR(fit.link.congestion, 0, 1e-6);
  EXPECT_TRUE(fit.knows_latency && fit.knows_bandwidth && fit.knows_congestion);
  EXPECT_TRUE(fit.range.empty());
  EXPECT_EQ(fit.replicates.size(), 3U);
}

TEST(LinkFit, FindsCongestionFromTwoCountsOfEnds) {
  const LinkFit fit = fit_link({cell(2, kSmall, kThreeTimes, 0.25), cell(2, kLarge, kThreeTimes, 0.25),
                                cell(8, kSmall, kThreeTimes, 0.25), cell(8, kLarge, kThreeTimes, 0.25)});
  EXPECT_NEAR(fit.link.congestion, 0.25, 1e-4);
  EXPECT_NEAR(fit.link.bytes_per_second, 1 / kSecondsPerByte, 300);
}

TEST(LinkFit, AllRepetitionsCountAlike) {
  // Two sizes determine both parameters in each repetition: the joint estimate is the mean of the repetitions' own, and
  // the interval that of a mean, 1 +- t(2) 0.1 / sqrt(3).
  const std::vector<double> times{0.9, 1.0, 1.1};
  const LinkFit fit = fit_link({cell(2, kSmall, times), cell(2, kLarge, times)});
  const double half = 4.302652729911275 * 0.1 / std::sqrt(3);
  EXPECT_NEAR(fit.latency_seconds.estimate, kLatency, 1e-12);
  EXPECT_NEAR(fit.latency_seconds.low, kLatency * (1 - half), 1e-9);
  EXPECT_NEAR(fit.bytes_per_second.low, 1 / (kSecondsPerByte * (1 + half)), 1e-3);
}

TEST(LinkFit, OneSizeOnOneCountIdentifiesNeitherLatencyNorBandwidth) {
  const LinkCell only = cell(2, kLarge, kThreeTimes);
  const LinkFit fit = fit_link({only, only});
  EXPECT_FALSE(fit.knows_latency || fit.knows_bandwidth || fit.knows_congestion);
  EXPECT_GT(fit.link.latency_seconds, 0) << "unknown is not 0";
  ASSERT_EQ(fit.range.size(), 4U);
  double least = INFINITY;
  double most = 0;
  for (const LinkModel& end : fit.range) {
    const double seconds = end.latency_seconds * only.messages + end.seconds_per_byte(2) * only.bytes;
    EXPECT_NEAR(seconds, only.seconds.front(), 1e-9) << "every end explains what was measured";
    least = std::min(least, end.latency_seconds);
    most = std::max(most, end.latency_seconds);
  }
  EXPECT_EQ(least, 0);
  EXPECT_NEAR(most, only.seconds.front() / only.messages, 1e-12) << "all of the time is latency";
}

TEST(LinkFit, ALatencyWhoseIntervalReachesZeroIsUnknown) {
  // The small bucket's time scatters by more than its latency.
  const LinkFit fit = fit_link({cell(2, kMedium, {0.2, 1.0, 1.8}), cell(2, kLarge, kThreeTimes)});
  EXPECT_LT(fit.latency_seconds.low, 0);
  EXPECT_FALSE(fit.knows_latency);
  EXPECT_TRUE(fit.knows_bandwidth);
  EXPECT_GT(fit.link.latency_seconds, 0);
  EXPECT_NEAR(fit.link.latency_seconds, fit.most_latency_seconds / 2, 1e-15);
}

TEST(LinkFit, ALatencyThatComesOutBelowZeroIsUnknown) {
  LinkCell quick = cell(2, kMedium, kThreeTimes);
  for (double& seconds : quick.seconds) seconds = 1e-4;
  const LinkFit fit = fit_link({quick, cell(2, kLarge, kThreeTimes)});
  EXPECT_LT(fit.latency_seconds.high, 0);
  EXPECT_FALSE(fit.knows_latency);
  EXPECT_NEAR(fit.most_latency_seconds, 1e-4 / 2, 1e-15) << "no message takes longer than the quickest bucket's";
}

TEST(LinkFit, OneCountLeavesCongestionUnknown) {
  const LinkFit fit = fit_link({cell(4, kSmall, kThreeTimes), cell(4, kLarge, kThreeTimes)});
  EXPECT_TRUE(fit.knows_latency && fit.knows_bandwidth);
  EXPECT_FALSE(fit.knows_congestion);
  ASSERT_EQ(fit.range.size(), 2U);
  for (const LinkModel& end : fit.range) EXPECT_NEAR(end.seconds_per_byte(4), kSecondsPerByte, 1e-12);
  EXPECT_LT(fit.range[0].seconds_per_byte(32), fit.link.seconds_per_byte(32));
  EXPECT_GT(fit.range[1].seconds_per_byte(32), fit.link.seconds_per_byte(32));
}

TEST(LinkFit, OneSizeDoesNotTellCongestionFromLatency) {
  const LinkFit fit =
      fit_link({cell(2, kLarge, kThreeTimes), cell(4, kLarge, kThreeTimes), cell(8, kLarge, kThreeTimes)});
  EXPECT_TRUE(fit.knows_latency);
  EXPECT_FALSE(fit.knows_congestion);
}

TEST(LinkFit, NothingUsableIsNotKnown) {
  EXPECT_FALSE(is_known(fit_link({}).link));
  EXPECT_FALSE(is_known(fit_link({cell(1, kLarge, kThreeTimes), {2, kLarge, 2, 1e6, {NAN, NAN}}}).link));
}

}  // namespace
}  // namespace scalemark::prediction
