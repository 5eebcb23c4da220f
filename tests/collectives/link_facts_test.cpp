#include "collectives/link_facts.h"

#include <gtest/gtest.h>

namespace scalemark::collectives {
namespace {

RankLinks rank_on(const std::string& host, int capability = 70) {
  return {.host = host,
          .gpu = "sm_" + std::to_string(capability),
          .compute_capability = capability,
          .links = GpuLinks{.address = host},
          .has_peer_access = true,
          .network = measure::NetworkLinks{12e9, "InfiniBand of 100 Gbit/s"}};
}

TEST(LinkFactsOfRanks, AreSortedByHostAndOfTheWeakest) {
  auto slow = rank_on("b", 60);
  slow.network = measure::NetworkLinks{3e9, "Ethernet of 25 Gbit/s"};
  const LinkFacts facts = together({rank_on("a"), rank_on("a"), slow, rank_on("a")});
  EXPECT_EQ(facts.gpu, "sm_60");
  EXPECT_EQ(facts.compute_capability, 60);
  EXPECT_EQ(facts.ranks_of_hosts, (std::vector<int>{3, 1}));
  ASSERT_EQ(facts.hosts.size(), 2u);
  EXPECT_EQ(facts.hosts[0]->size(), 3u);
  EXPECT_EQ(facts.has_peer_access, true);
  EXPECT_EQ(facts.network_bytes_per_second, 3e9);
  EXPECT_EQ(facts.network, "Ethernet of 25 Gbit/s");
}

TEST(LinkFactsOfRanks, AreUnknownWhereOneRankDoesNotKnow) {
  auto blind = rank_on("a");
  blind.links = std::nullopt;
  blind.has_peer_access = std::nullopt;
  blind.network = std::nullopt;
  for (const auto& ranks :
       {std::vector{rank_on("a"), blind, rank_on("b")}, std::vector{blind, rank_on("a"), rank_on("b")}}) {
    const LinkFacts facts = together(ranks);
    ASSERT_EQ(facts.hosts.size(), 2u);
    EXPECT_FALSE(facts.hosts[0].has_value());
    EXPECT_TRUE(facts.hosts[1].has_value());
    EXPECT_FALSE(facts.has_peer_access.has_value());
    EXPECT_FALSE(facts.network_bytes_per_second.has_value());
  }
}

TEST(LinkFactsOfRanks, HaveNoPeerAccessWhereOneRankLacksIt) {
  auto blind = rank_on("a");
  blind.has_peer_access = std::nullopt;
  auto lacks = rank_on("a");
  lacks.has_peer_access = false;
  EXPECT_EQ(together({rank_on("a"), lacks, blind}).has_peer_access, false);
  EXPECT_EQ(together({blind, lacks, rank_on("a")}).has_peer_access, false);
  EXPECT_TRUE(together({}).ranks_of_hosts.empty());
}

}  // namespace
}  // namespace scalemark::collectives
