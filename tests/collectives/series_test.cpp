#include "collectives/series.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <cmath>

#include "comm/backend.h"

namespace scalemark::collectives {
namespace {

/// Over MPI. A "graph" is the work itself, done again.
class SeriesTest : public ::testing::Test {
 protected:
  SeriesTest() : control_(monitor::ControlGroup::world()), group_(comm::make_communicator(at::kCPU)) {}

  Series::PerCall in_a_row(RecordWork record) {
    const Ranks ranks{at::kCPU, *group_, control_, activity_, std::move(record)};
    Series series(operation_named("all_reduce"), options_, at::TensorOptions(at::kFloat), ranks);
    const Buffers buffers = series.buffers(1 << 16, /*in_place=*/false);
    one_by_one_ = series.one_by_one(buffers);
    const auto times = series.in_a_row(buffers);
    EXPECT_EQ(series.choice(buffers), "") << "MPI says none";
    EXPECT_EQ(series.check(buffers), 0);
    return times;
  }

  int rank() const { return control_.rank(); }

  const MeasureOptions options_{.warmup = 1, .repetitions = 5};
  std::vector<double> one_by_one_;

 private:
  monitor::ControlGroup control_;
  std::unique_ptr<comm::Communicator> group_;
  Activity activity_;
};

TEST_F(SeriesTest, TimesOneByOneInARowAndAsAGraph) {
  int recorded = 0;
  int replayed = 0;
  const auto times = in_a_row([&](const std::function<void()>& work) {
    ++recorded;
    return [&replayed, work] {
      ++replayed;
      work();
    };
  });
  EXPECT_EQ(one_by_one_.size(), 5u);
  EXPECT_GT(times.queued_seconds, 0);
  EXPECT_GT(times.graph_seconds, 0);
  EXPECT_GT(times.call_seconds, 0);
  // A call is a part of what it takes, on this rank's one clock.
  EXPECT_LE(times.call_seconds, times.queued_seconds);
  EXPECT_EQ(recorded, 1);
  EXPECT_EQ(replayed, 2) << "once to warm up";
}

TEST_F(SeriesTest, HasNoGraphWithoutARecorder) {
  const auto times = in_a_row({});
  EXPECT_GT(times.queued_seconds, 0);
  EXPECT_TRUE(std::isnan(times.graph_seconds));
}

TEST_F(SeriesTest, HasNoGraphAnywhereWhereOneRankCannotRecord) {
  int replayed = 0;
  const auto times = in_a_row([&](const std::function<void()>& work) -> std::function<void()> {
    if (rank() == 0) TORCH_CHECK(false, "this rank keeps no graphs");
    return [&replayed, work] {
      ++replayed;
      work();
    };
  });
  EXPECT_TRUE(std::isnan(times.graph_seconds));
  EXPECT_EQ(replayed, 0);
}

}  // namespace
}  // namespace scalemark::collectives
