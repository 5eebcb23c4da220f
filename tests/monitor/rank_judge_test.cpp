#include "monitor/rank_judge.h"

#include <gtest/gtest.h>

#include <vector>

#include "monitor/monitor_messages.h"

namespace scalemark::comm {
namespace {

using namespace std::chrono_literals;
using Clock = monitor::RankView::Clock;

class RankJudge : public ::testing::Test {
 protected:
  RankJudge() {
    for (int rank = 0; rank < 3; ++rank) {
      monitor::RankView view;
      view.rank = rank;
      view.host = "node" + std::to_string(rank);
      view.heard = view.progressed = kStart;
      view.activity = {1, 100, "arm full, step 7, backward of case a", {}};
      ranks_.push_back(view);
    }
  }

  void expect_fault(const std::string& said, Clock::duration later) const {
    const auto fault = monitor::find_fault(ranks_, kStart + later, 10s);
    ASSERT_TRUE(fault.has_value());
    EXPECT_NE(fault->find(said), std::string::npos) << *fault;
    EXPECT_NE(fault->find("\n  rank 2 on node2: arm full, step 7, backward of case a"), std::string::npos) << *fault;
  }
  void expect_none(Clock::duration later) const {
    EXPECT_EQ(monitor::find_fault(ranks_, kStart + later, 10s).value_or(""), "");
  }
  void hear_from_all(Clock::duration later) {
    for (auto& view : ranks_) view.heard = kStart + later;
  }

  static constexpr Clock::time_point kStart{1000s};
  std::vector<monitor::RankView> ranks_;
};

TEST_F(RankJudge, FindsNothingInAJobThatIsWell) { expect_none(9s); }

TEST_F(RankJudge, ABrokenConnectionIsADeath) {
  ranks_[1].connected = false;
  expect_fault("rank 1 on node1 died; last seen: arm full, step 7, backward", 0s);
  ranks_[1].left = true;
  expect_none(0s);
}

TEST_F(RankJudge, SilenceIsJudgedInsideOfCasesOnly) {
  ranks_[0].heard = ranks_[1].heard = kStart + 11s;
  ranks_[0].progressed = kStart + 11s;
  expect_fault("no word from rank 2 on node2 for 11.0 s", 11s);
  for (auto& view : ranks_) view.activity.visit = 0;
  expect_none(11s);
}

TEST_F(RankJudge, WhereNobodyGetsAnyFurtherTheLastIsNamed) {
  hear_from_all(11s);
  ranks_[1].activity.progress = 99;
  expect_fault("no rank got any further for limits.case_timeout = 10.0 s; rank 1 on node1 is furthest behind", 11s);
  ranks_[0].progressed = kStart + 2s;
  expect_none(11s);
}

TEST_F(RankJudge, WhereNobodyGetsAnyFurtherASilentRankIsTheCause) {
  hear_from_all(11s);
  ranks_[2].heard = kStart + 8s;
  ranks_[1].activity.progress = 99;
  expect_fault("no word from rank 2 on node2 for 3.00 s", 11s);
}

TEST_F(RankJudge, RanksThatTheCaseDoesNotNeedDoNotCount) {
  hear_from_all(11s);
  ranks_[2].activity = {0, 5, "between cases", {}};
  ranks_[0].progressed = ranks_[1].progressed = kStart + 2s;
  expect_none(11s);
}

TEST_F(RankJudge, ARankThatWritesBetweenCasesIsWhatTheOthersWaitFor) {
  hear_from_all(11s);
  ranks_[0].activity = {0, 500, "writing out.h5", {}, true};
  ranks_[1].activity.progress = 2;
  expect_fault("rank 0 on node0 is furthest behind", 11s);
  ranks_[1].activity.visit = ranks_[2].activity.visit = 0;
  expect_fault("rank 0 on node0 is furthest behind", 11s);
  ranks_[0].progressed = kStart + 2s;
  expect_none(11s);
}

TEST_F(RankJudge, ReductionsThatDifferAreNamedOnBothSides) {
  ranks_[0].activity.collectives = {{40, 6, 1, 512, "Float"}, {41, 6, 2, 1024, "Float"}};
  ranks_[2].activity.collectives = {{41, 6, 2, 1024, "Float"}, {42, 7, 0, 512, "Float"}};
  expect_none(1s);
  ranks_[2].activity.collectives[0].bucket = 3;
  const auto fault = monitor::find_fault(ranks_, kStart, 10s);
  ASSERT_TRUE(fault.has_value());
  EXPECT_NE(
      fault->find("the ranks disagree on reduction 41: rank 0 on node0 started the sum of 1024 Float (bucket 2 of "
                  "step 6), rank 2 on node2 the sum of 1024 Float (bucket 3 of step 6)"),
      std::string::npos)
      << *fault;
  ranks_[2].activity.visit = 2;
  expect_none(1s);
}

TEST(MonitorMessages, ComeBackAsTheyWere) {
  monitor::MonitorMessage message;
  message.kind = monitor::MonitorMessage::Kind::kState;
  message.activity = {3, 77, "step 1 of \"a\"\nb", {{5, 1, 2, 1024, "BFloat16"}}, true};
  const std::string line = monitor::to_line(message);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto back = monitor::from_line(line);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->activity.what, message.activity.what);
  EXPECT_EQ(back->activity.progress, 77U);
  EXPECT_TRUE(back->activity.awaited);
  ASSERT_EQ(back->activity.collectives.size(), 1U);
  EXPECT_EQ(back->activity.collectives[0].dtype, "BFloat16");
}

TEST(MonitorMessages, WhatIsNoneIsRefused) {
  for (
      const char* line :
      {"", "GET / HTTP/1.1", "{}", R"({"kind": "other"})", R"({"kind": "state"})", "[1, 2]",
       R"({"kind": "hello", "token": 7})", R"({"kind": "hello", "token": "x", "rank": 1e300})",
       R"({"kind": "abort", "exit_code": 0.5})", R"({"kind": "state", "activity": {"visit": -1}})",
       R"({"kind": "hello", "token": "x", "rank": 4294967297})",
       R"({"kind": "abort", "exit_code": 18446744073709551615})",
       R"({"kind": "state", "activity": {"visit": 1e300, "progress": 1, "what": "", "notes": [], "awaited": true}})",
       R"({"kind": "state", "activity": {"visit": 1, "progress": 1, "what": "", "notes": [[-1,0,0,0,""]], "awaited": true}})"}) {
    EXPECT_FALSE(monitor::from_line(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace scalemark::comm
