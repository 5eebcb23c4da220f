#include "sweep/rank_groups.h"

#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <string>

#include "comm/backend.h"

namespace scalemark::sweep {
namespace {

config::CaseConfig case_on(int gpus) {
  config::CaseConfig config;
  config.device = config::DeviceChoice::kCpu;
  config.gpus = gpus;
  return config;
}

// Cases on one rank, on all of them, and on more than there are.
class RankGroupsTest : public ::testing::Test {
 protected:
  config::Experiment experiment() const {
    config::Experiment experiment;
    experiment.cases = {one_, all_, too_many_};
    return experiment;
  }

  monitor::ControlGroup world_ = monitor::ControlGroup::world();
  const config::CaseConfig one_ = case_on(1);
  const config::CaseConfig all_ = case_on(world_.size());
  const config::CaseConfig too_many_ = case_on(2 * world_.size());
  Activity activity_;
  Faults faults_;
  Onlookers onlookers_{activity_, faults_};
  RankGroups groups_{experiment(), world_, onlookers_};
};

TEST_F(RankGroupsTest, ACaseRunsOnTheFirstRanks) {
  const bool first = world_.rank() == 0;
  const RankGroup one = groups_.group(one_);
  EXPECT_EQ(one.communicator != nullptr, first);
  EXPECT_EQ(one.control.size(), first ? 1 : world_.size() - 1) << "the others are a group of the rest";
  const RankGroup all = groups_.group(all_);
  ASSERT_NE(all.communicator, nullptr);
  EXPECT_EQ(all.communicator->size(), world_.size());
  EXPECT_EQ(all.communicator->rank(), world_.rank());
  EXPECT_EQ(all.control.size(), world_.size());
}

TEST_F(RankGroupsTest, WhatNcclIsToldComesFromTheConfig) {
  EXPECT_EQ(nccl_settings(all_), comm::NcclSettings{});
  auto told = all_;
  told.nccl = {.max_ctas = 4, .algo = config::NcclAlgorithm::kNvlsTree, .proto = config::NcclProtocol::kLl128};
  EXPECT_EQ(nccl_settings(told), (comm::NcclSettings{.max_ctas = 4, .algorithm = "nvlstree", .protocol = "ll128"}));
  groups_.prepare(told);
  EXPECT_EQ(groups_.group(told).communicator, groups_.group(all_).communicator) << "MPI is told nothing";
}

/// Parts of memory that this rank shares with others: a communicator of several ranks maps one of each.
int shared_parts() {
  std::ifstream maps("/proc/self/maps");
  int parts = 0;
  for (std::string line; std::getline(maps, line);) parts += line.find("memfd:scalemark") == std::string::npos ? 0 : 1;
  return parts;
}

TEST_F(RankGroupsTest, TheGroupOfAllRanksIsNotMadeTwice) {
  const int of_groups = shared_parts();
  const auto another = comm::make_communicator(at::kCPU);
  EXPECT_EQ(shared_parts() - of_groups, of_groups)
      << "the groups of one rank and of all map what one communicator maps";
}

TEST_F(RankGroupsTest, OnlyTheRanksOfAGroupReduceInIt) {
  for (const auto* config : {&one_, &all_}) {
    auto* communicator = groups_.group(*config).communicator;
    if (communicator == nullptr) continue;
    at::Tensor value = at::full({1}, world_.rank() + 1.0);
    communicator->all_reduce(value)->wait();
    // 1 + 2 + ... + n over the group's n ranks, of which rank r has r + 1.
    EXPECT_EQ(value.item<double>(), communicator->size() * (communicator->size() + 1) / 2.0);
  }
}

TEST_F(RankGroupsTest, ACaseOnTooManyRanksHasADeviceAndNoGroup) {
  EXPECT_TRUE(groups_.device(too_many_).is_cpu());
  EXPECT_THROW(groups_.group(too_many_), std::out_of_range);
}

TEST_F(RankGroupsTest, DevicesOfOneRankTakeNoFurtherRanks) {
  auto replicas = case_on(2 * world_.size());
  replicas.train.mode = config::Mode::kDataParallel;
  EXPECT_EQ(groups_.group(replicas).communicator, groups_.group(one_).communicator);
}

TEST_F(RankGroupsTest, CasesOfOneDeviceShareItsMemoryMeter) {
  EXPECT_EQ(&groups_.group(one_).memory, &groups_.group(all_).memory);
  EXPECT_EQ(groups_.devices(), std::vector<at::Device>{at::Device(at::kCPU)}) << "each device once";
}

TEST_F(RankGroupsTest, OnlookersSeeEveryGroupsReductions) {
  auto* communicator = groups_.group(all_).communicator;
  if (communicator->size() == 1) GTEST_SKIP() << "one rank reduces nothing";
  activity_.begin_visit(1, "repetition 0 of case a");
  communicator->all_reduce(at::full({5}, 1.0))->wait();
  const auto seen = activity_.snapshot().collectives;
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.front().elements, 5);
}

}  // namespace
}  // namespace scalemark::sweep
