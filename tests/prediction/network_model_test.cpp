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
constexpr double kKibibyte = 1024;

NetworkModel one_rank_per_node(const LinkModel& link) { return {"", 1, {}, link}; }

TEST(NetworkModel, ARingSendsEveryByteTwiceLessItsOwnShare) {
  // 2 (4 - 1) messages of a quarter of the bytes: 6 ms of latency and 1.5 MB through the link.
  EXPECT_NEAR(ring_all_reduce_seconds(one_rank_per_node(kLink), 4, 1e6), 6e-3 + 1.5, 1e-12);
  EXPECT_EQ(ring_all_reduce_seconds(one_rank_per_node(kLink), 1, 1e6), 0);
}

TEST(NetworkModel, ATreeWinsForSmallMessagesOnManyRanks) {
  const NetworkModel network = one_rank_per_node(kLink);
  EXPECT_LT(tree_all_reduce_seconds(network, 64, 8), ring_all_reduce_seconds(network, 64, 8));
  EXPECT_GT(tree_all_reduce_seconds(network, 64, 1e9), ring_all_reduce_seconds(network, 64, 1e9));
  EXPECT_EQ(all_reduce_seconds(network, 64, 8), tree_all_reduce_seconds(network, 64, 8));
  EXPECT_EQ(all_reduce_seconds(network, 64, 1e9), ring_all_reduce_seconds(network, 64, 1e9));
}

TEST(NetworkModel, ATreesFirstChunkTakesEveryHop) {
  // 8 nodes: 3 hops up and 3 down. The bytes pass each link twice, and a chunk of 512 KiB four hops more.
  const NetworkModel network = one_rank_per_node(kLink);
  EXPECT_NEAR(tree_all_reduce_seconds(network, 8, 1e7), 6e-3 + 20 + 4 * 512 * kKibibyte / 1e6, 1e-9);
  EXPECT_NEAR(tree_all_reduce_seconds(network, 8, 1e3), 6e-3 + 6 * 1e-3, 1e-12);
}

TEST(NetworkModel, TheSlowerLevelsBandwidthCountsAndBothLatencies) {
  // 8 ranks in 2 nodes: of 14 messages 2 go between nodes; 2 x 7/8 of the bytes go through every link.
  const NetworkModel network{"", 4, {1e-3, 4e6}, {1e-2, 1e6}};
  EXPECT_NEAR(ring_all_reduce_seconds(network, 8, 1e6), 12e-3 + 2e-2 + 1.75, 1e-12);
  EXPECT_NEAR(ring_all_reduce_seconds(network, 4, 1e6), 6e-3 + 1.5 / 4, 1e-12);
  const NetworkModel slow_inside{"", 4, {1e-3, 1e5}, {1e-2, 1e6}};
  EXPECT_NEAR(ring_all_reduce_seconds(slow_inside, 8, 1e6), 12e-3 + 2e-2 + 17.5, 1e-12);
}

TEST(NetworkModel, CongestionTakesBandwidthWithEveryDoubling) {
  // An exponent of 1 halves the bandwidth from 2 nodes to 4, and again to 8.
  const NetworkModel network = one_rank_per_node({0, 1e6, 1});
  EXPECT_NEAR(ring_all_reduce_seconds(network, 2, 1e6), 1.0, 1e-12);
  EXPECT_NEAR(ring_all_reduce_seconds(network, 8, 1e6), 1.75 * 4, 1e-12);
}

TEST(NetworkModel, WithoutALinkBetweenHostsAllRanksAreOnOne) {
  const NetworkModel network{"", 2, kLink, {NAN, NAN}};
  EXPECT_EQ(network.nodes(16), 1);
  EXPECT_NEAR(ring_all_reduce_seconds(network, 4, 1e6), 6e-3 + 1.5, 1e-12);
}

/// An all_reduce that takes exactly what a ring over `link` takes.
results::ResultFile measured_collectives(const LinkModel& link, const std::vector<std::string>& hosts) {
  results::CommRecord record;
  record.op = "all_reduce";
  record.repetitions = 3;
  record.ranks = static_cast<std::int64_t>(hosts.size());
  record.bytes = {1 << 10, 1 << 20, 1 << 26};
  for (const std::int64_t bytes : record.bytes) {
    const double seconds =
        ring_all_reduce_seconds(one_rank_per_node(link), static_cast<int>(record.ranks), static_cast<double>(bytes));
    record.seconds.insert(record.seconds.end(), static_cast<std::size_t>(3 * record.ranks), seconds);
  }
  results::ResultFile file;
  file.provenance.hosts = hosts;
  file.comm = {record};
  return file;
}

TEST(NetworkOfCollectives, FindsTheLinkThatWasMeasured) {
  const LinkModel link{20e-6, 5e9};
  const NetworkFit network = network_of_collectives(measured_collectives(link, {"a", "a", "a", "a"}));
  EXPECT_EQ(network.ranks_per_node, 4);
  EXPECT_TRUE(network.intra_node.knows_latency);
  EXPECT_NEAR(network.intra_node.latency_seconds.estimate, link.latency_seconds, 1e-9);
  EXPECT_NEAR(network.intra_node.bytes_per_second.estimate, link.bytes_per_second, 1e3);
}

TEST(NetworkOfCollectives, OneHostSaysNothingOfTheLinkBetweenHosts) {
  const LinkModel link{20e-6, 5e9};
  EXPECT_FALSE(is_known(network_of_collectives(measured_collectives(link, {"a", "a"})).inter_node.link));
  const NetworkFit two_hosts = network_of_collectives(measured_collectives(link, {"a", "b"}));
  EXPECT_EQ(two_hosts.ranks_per_node, 1);
  EXPECT_TRUE(is_known(two_hosts.inter_node.link));
  EXPECT_FALSE(two_hosts.inter_node.knows_congestion) << "one count was measured";
}

TEST(NetworkOfCollectives, RefusesWhatTellsNoLevel) {
  const LinkModel link{20e-6, 5e9};
  EXPECT_THROW(network_of_collectives(measured_collectives(link, {"a", "a", "b", "b"})), InputError);
  EXPECT_THROW(network_of_collectives({}), InputError);
}

}  // namespace
}  // namespace scalemark::prediction
