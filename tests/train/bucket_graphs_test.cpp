#include "train/bucket_graphs.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "comm/backend.h"
#include "fake_graphs.h"

namespace scalemark::train {
namespace {

/// Two buckets, over MPI; a "graph" is the work, done again.
class BucketGraphsTest : public ::testing::Test {
 protected:
  BucketGraphsTest()
      : control_(monitor::ControlGroup::world()),
        group_(comm::make_communicator(at::kCPU)),
        reducer_({{"a", at::zeros({1 << 18})}, {"b", at::zeros({1 << 18})}}, {1, 0}, *group_, {1 << 20, 1 << 20}) {}

  bool is_last_rank() const { return control_.rank() == control_.size() - 1; }

  monitor::ControlGroup control_;
  std::unique_ptr<comm::Communicator> group_;
  comm::GradientReducer reducer_;
  GraphLog log_;
};

TEST_F(BucketGraphsTest, ReplayEachBucketsReduction) {
  ASSERT_EQ(reducer_.bucket_count(), 2u);
  BucketGraphs graphs(reducer_, control_, std::make_unique<FakeRecorder>(log_), "");
  EXPECT_EQ(graphs.launch(), "graph");
  EXPECT_EQ(log_.rehearsals, 1);
  EXPECT_EQ(log_.recordings, 2);
  for (int i = 0; i < 3; ++i) graphs.reduce(1);
  EXPECT_EQ(log_.replays, 3);
}

TEST_F(BucketGraphsTest, AreNoneAnywhereWhereOneRankCannotRecord) {
  BucketGraphs graphs(reducer_, control_, std::make_unique<FakeRecorder>(log_, is_last_rank() ? "no room for it" : ""),
                      "");
  EXPECT_EQ(graphs.launch(),
            "eager: rank " + std::to_string(control_.size() - 1) + " could not record a reduction: no room for it");
  graphs.reduce(0);
  EXPECT_EQ(log_.replays, 0);
}

TEST_F(BucketGraphsTest, AreNoneWithoutARecorder) {
  BucketGraphs graphs(reducer_, control_, nullptr, "of no device");
  EXPECT_EQ(graphs.launch(), "eager: of no device");
  graphs.reduce(0);
  graphs.reduce(1);
}

}  // namespace
}  // namespace scalemark::train
