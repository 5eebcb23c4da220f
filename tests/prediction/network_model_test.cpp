#include "prediction/network_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace scalemark::prediction {
namespace {

constexpr LinkModel kLink{1e-3, 1e6};

TEST(NetworkModel, ARingSendsEveryByteTwiceLessItsOwnShare) {
  // 2 (4 - 1) messages of a quarter of the bytes: 6 ms of latency and 1.5 MB through the link.
  EXPECT_NEAR(ring_all_reduce_seconds(kLink, 4, 1e6), 6e-3 + 1.5, 1e-12);
  EXPECT_EQ(ring_all_reduce_seconds(kLink, 1, 1e6), 0);
}

TEST(NetworkModel, ATreeWinsForSmallMessagesOnManyRanks) {
  EXPECT_LT(tree_all_reduce_seconds(kLink, 64, 8), ring_all_reduce_seconds(kLink, 64, 8));
  EXPECT_GT(tree_all_reduce_seconds(kLink, 64, 1e9), ring_all_reduce_seconds(kLink, 64, 1e9));
}

TEST(NetworkModel, TwoLevelsAddUp) {
  const NetworkModel network{"", 4, {0, 4e6}, {0, 1e6}};
  // In the node 2 x 3/4 of the bytes at 4 MB/s, between two nodes 2 x 1/2 of them at 1 MB/s.
  EXPECT_NEAR(all_reduce_seconds(network, 8, 1e6), 1.5 / 4 + 1.0, 1e-12);
  EXPECT_NEAR(all_reduce_seconds(network, 4, 1e6), 1.5 / 4, 1e-12);
}

TEST(NetworkModel, FitFindsTheLinkThatMadeTheSamples) {
  std::vector<LinkSample> samples;
  for (const int ranks : {2, 4}) {
    for (const double bytes : {1e3, 1e6, 25e6})
      samples.push_back({ranks, bytes, ring_all_reduce_seconds(kLink, ranks, bytes)});
  }
  const LinkModel fitted = fit_link(samples);
  EXPECT_NEAR(fitted.latency_seconds, kLink.latency_seconds, 1e-9);
  EXPECT_NEAR(fitted.bytes_per_second, kLink.bytes_per_second, 1e-3);
}

TEST(NetworkModel, FitOfOneSizeTakesItAllAsBandwidth) {
  const LinkModel fitted = fit_link(std::vector<LinkSample>{{2, 1e6, 0.5}, {2, 1e6, 0.5}});
  EXPECT_EQ(fitted.latency_seconds, 0);
  EXPECT_NEAR(fitted.bytes_per_second, 2e6, 1);
}

TEST(NetworkModel, FitOfNothingIsNotANumber) {
  EXPECT_TRUE(std::isnan(fit_link(std::vector<LinkSample>{{1, 1e6, 0.5}, {2, 1e6, NAN}}).bytes_per_second));
}

}  // namespace
}  // namespace scalemark::prediction
