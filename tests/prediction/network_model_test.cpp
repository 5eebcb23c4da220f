#include "prediction/network_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "prediction/network_fit.h"

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

/// An all_reduce that takes exactly what a ring over `link` takes.
results::ResultFile measured_collectives(const LinkModel& link, const std::vector<std::string>& hosts) {
  results::CommRecord record;
  record.op = "all_reduce";
  record.repetitions = 3;
  record.ranks = static_cast<std::int64_t>(hosts.size());
  record.bytes = {1 << 10, 1 << 20, 1 << 26};
  for (const std::int64_t bytes : record.bytes) {
    const double seconds = ring_all_reduce_seconds(link, static_cast<int>(record.ranks), static_cast<double>(bytes));
    record.seconds.insert(record.seconds.end(), static_cast<std::size_t>(3 * record.ranks), seconds);
  }
  results::ResultFile file;
  file.provenance.hosts = hosts;
  file.comm = {record};
  return file;
}

TEST(NetworkOfCollectives, FindsTheLinkThatWasMeasured) {
  const LinkModel link{20e-6, 5e9};
  const NetworkModel network = network_of_collectives(measured_collectives(link, {"a", "a", "a", "a"}));
  EXPECT_EQ(network.ranks_per_node, 4);
  EXPECT_NEAR(network.intra_node.latency_seconds, link.latency_seconds, 1e-9);
  EXPECT_NEAR(network.intra_node.bytes_per_second, link.bytes_per_second, 1e3);
  EXPECT_EQ(network_of_collectives(measured_collectives(link, {"a", "b"})).ranks_per_node, 1);
}

TEST(NetworkOfCollectives, RefusesWhatTellsNoLevel) {
  const LinkModel link{20e-6, 5e9};
  EXPECT_THROW(network_of_collectives(measured_collectives(link, {"a", "a", "b", "b"})), InputError);
  EXPECT_THROW(network_of_collectives({}), InputError);
}

}  // namespace
}  // namespace scalemark::prediction
