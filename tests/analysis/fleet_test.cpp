#include "analysis/fleet/fleet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <list>

#include "analysis/fleet/outliers.h"
#include "analysis/result_fixture.h"
#include "core/error.h"

namespace scalemark::analysis {
namespace {

using Values = std::vector<double>;

// Rosner's example (Technometrics 25, 1983; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.3): its three
// largest values are outliers at 5 %, and neither the largest alone nor the fourth is.
const Values kRosner{-0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56,
                     1.58,  1.65, 1.69, 1.70, 1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10,
                     2.14,  2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40, 2.47, 2.54, 2.62, 2.64, 2.90, 2.92,
                     2.92,  2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01};

TEST(Outliers, RosnersThreeAreFoundTogether) {
  const auto found = outlyingness(kRosner, 0.0);
  for (std::size_t i = 51; i < 54; ++i) EXPECT_LT(found[i].p_value, 0.05 / 2 / 52) << i;
  EXPECT_GT(found[50].p_value, 0.05 / 2 / 51);
  EXPECT_EQ(found[0].p_value, 1.0);
}

TEST(Outliers, AreHeldAgainstTheMedianOfTheOthers) {
  const auto found = outlyingness(Values{1.0, 1.2, NAN, 2.0}, 0.0);
  EXPECT_DOUBLE_EQ(found[3].beyond, 2.0 - 1.1);
  EXPECT_TRUE(std::isnan(found[2].beyond));
  EXPECT_TRUE(std::isnan(outlyingness(Values{1.0}, 0.0)[0].p_value));
}

TEST(Outliers, OfTwoTheUsualScatterDecides) {
  // Student's t with 4 degrees of freedom: 0.05 / (0.01 sqrt(2)) = 3.536, of which P is 0.0120 (a table of t).
  EXPECT_NEAR(outlyingness(Values{0.05, 0.0}, 0.0)[0].p_value, 0.0120, 0.0002);
  EXPECT_GT(outlyingness(Values{0.05, 0.0}, 0.01)[0].p_value, 0.3) << "repetitions that scatter by 10 %";
}

/// Files of made-up nodes, which each measured one case on two ranks.
class FleetFiles {
 public:
  results::CaseRecord& add(const std::string& node, double step_seconds) {
    Values seconds;
    for (const double factor : {0.999, 1.001, 1.0, 1.002, 0.998}) seconds.push_back(step_seconds * factor);
    auto record = make_case("gpus=2", 2, 10, seconds);
    for (auto& row : record.rank_rows) row.host = node;
    files_.push_back(make_file({record}));
    files_.back().provenance.hosts = {node, node};
    return files_.back().cases.front();
  }
  results::ResultFile& last() { return files_.back(); }

  Fleet examined(const std::vector<NamedFile>& baseline = {}) const { return examine_fleet(named(), baseline, {}); }

  std::vector<NamedFile> named() const {
    std::vector<NamedFile> all;
    for (const auto& file : files_) all.push_back({file.provenance.hosts.front() + ".h5", &file});
    return all;
  }

 private:
  std::list<results::ResultFile> files_;
};

FleetFiles healthy(int nodes) {
  FleetFiles files;
  for (int i = 0; i < nodes; ++i) files.add("node" + std::to_string(i), 1.0 + 0.002 * (i % 3));
  return files;
}

TEST(Fleet, TheSlowNodeStandsOutWithItsNumbers) {
  FleetFiles files = healthy(7);
  EXPECT_TRUE(files.examined().is_healthy());
  files.add("bad", 1.1);
  files.last().provenance.versions["driver"] = "550";
  const Fleet fleet = files.examined();
  ASSERT_EQ(fleet.bad_nodes(), std::vector<std::string>{"bad"});
  const FleetLine& line = fleet.lines.front();
  EXPECT_TRUE(line.stands_out);
  EXPECT_EQ(line.quantity, NodeQuantity::kStep);
  EXPECT_DOUBLE_EQ(line.value, 1.1);
  EXPECT_NEAR(line.others, 1.002, 1e-12);
  EXPECT_NEAR(line.beyond, 1.1 / 1.002 - 1.0, 1e-12);
  EXPECT_TRUE(contains(line.different, "driver: not recorded → 550")) << line.different;
}

TEST(Fleet, MemoryIsOneOfTheQuantitiesAndSmallDifferencesAreNone) {
  FleetFiles files = healthy(7);
  for (auto& row : files.add("hungry", 1.0).rank_rows) row.peak_memory_bytes *= 1.5;
  for (auto& row : files.add("a little", 1.0).rank_rows) row.peak_memory_bytes *= 1.01;
  EXPECT_EQ(files.examined().bad_nodes(), std::vector<std::string>{"hungry"});
}

TEST(Fleet, ACaseThatIsOkElsewhereIsNamed) {
  FleetFiles files = healthy(4);
  auto& record = files.add("broken", 1.0);
  record.row.status = results::CaseStatus::kOom;
  record.row.reason = "out of memory";
  const Fleet fleet = files.examined();
  ASSERT_EQ(fleet.failures.size(), 1U);
  EXPECT_EQ(fleet.failures.front().node, "broken");
  EXPECT_EQ(fleet.failures.front().reason, "oom: out of memory");
  EXPECT_FALSE(fleet.is_healthy());
}

TEST(Fleet, WhatCannotBeComparedIsNamedWithTheReason) {
  FleetFiles files;
  auto& other = files.add("other", 2.0);  // the first file is the odd one
  for (auto& row : other.rank_rows) row.device = "Another Processor";
  for (int i = 0; i < 3; ++i) files.add("node" + std::to_string(i), 1.0);
  files.add("config", 1.0).row.model = "resnet50";
  const Fleet fleet = files.examined();
  ASSERT_EQ(fleet.refused.size(), 2U);
  EXPECT_EQ(fleet.refused[0].name, "other.h5");
  EXPECT_TRUE(contains(fleet.refused[0].reason, "device Some Processor against Another Processor"))
      << fleet.refused[0].reason;
  EXPECT_EQ(fleet.refused[1].name, "config.h5");
  EXPECT_TRUE(contains(fleet.refused[1].reason, "holds no case that another file holds"));
  EXPECT_EQ(fleet.nodes.size(), 3U);
}

TEST(Fleet, OneNodeAloneIsRefusedUnlessThereIsABaseline) {
  FleetFiles files = healthy(1);
  EXPECT_THROW(files.examined(), InputError);
  const FleetFiles before = healthy(1);
  EXPECT_TRUE(files.examined(before.named()).is_healthy());
}

TEST(Fleet, AllNodesTogetherDriftWhereNoneStandsOut) {
  const FleetFiles before = healthy(5);
  FleetFiles now;
  for (int i = 0; i < 5; ++i) now.add("node" + std::to_string(i), 1.08 + 0.002 * (i % 3));
  const Fleet fleet = now.examined(before.named());
  EXPECT_TRUE(fleet.bad_nodes().empty());
  EXPECT_FALSE(fleet.is_healthy());
  const DriftLine& all = fleet.drifts.front();
  EXPECT_TRUE(all.drifted && all.node.empty());
  EXPECT_NEAR(all.beyond, 1.082 / 1.002 - 1.0, 0.003);
  EXPECT_TRUE(healthy(5).examined(before.named()).is_healthy());
}

TEST(Fleet, OfOneFileFromSeveralHostsEachHasItsOwnSteps) {
  auto record = make_case("gpus=4", 4, 10, Values(5, 1.0));
  results::StepSamples own{4, 4, {}};
  for (int i = 0; i < 5 * 4; ++i) {
    const double wobble = 1.0 + 0.001 * (i % 3);
    own.seconds.insert(own.seconds.end(), {1.0 * wobble, 1.001 * wobble, 1.3 * wobble, 1.002 * wobble});
  }
  record.arms["no_sync"] = own;
  for (auto& row : record.rank_rows) row.host = "node" + std::to_string(row.rank);
  const results::ResultFile file = make_file({record});
  const std::vector<NamedFile> files{{"all.h5", &file}};
  const Fleet fleet = examine_fleet(files, {}, {});
  ASSERT_FALSE(fleet.lines.empty());
  EXPECT_EQ(fleet.lines.front().node, "node2");
  EXPECT_TRUE(fleet.lines.front().stands_out);
  EXPECT_NEAR(fleet.lines.front().beyond, 1.3 / 1.001 - 1.0, 1e-9);
}

TEST(Fleet, ACollectivesBandwidthIsThatOfTheBus) {
  FleetFiles files = healthy(2);
  results::CommRecord record;
  record.op = "all_reduce";
  record.ranks = 4;
  record.repetitions = 2;
  record.bytes = {8, 1000};
  record.seconds = {1, 1, 1, 1, 1, 1, 1, 1, 0.5, 2, 1, 1, 1, 1, 1, 2};  // [size, repetition, rank]
  files.last().comm = {record};
  files.add("node2", 1.0);
  files.last().comm = {record};
  const Fleet fleet = files.examined();
  const auto line = std::ranges::find(fleet.lines, "all_reduce of 1000 B", &FleetLine::subject);
  ASSERT_NE(line, fleet.lines.end());
  EXPECT_DOUBLE_EQ(line->value, 1000 * 2 * 3.0 / 4 / 2);  // nccl-tests: 2 (n - 1) / n of the bytes in 2 s
}

}  // namespace
}  // namespace scalemark::analysis
