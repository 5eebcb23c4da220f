#include "collectives/verdicts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace scalemark::collectives {
namespace {

/// Two ranks, of which the second is the slower one: `slowest` are its seconds, [size][repetition].
results::CommRecord judged_record(std::vector<std::int64_t> bytes, const std::vector<std::vector<double>>& slowest) {
  results::CommRecord record;
  record.op = "all_reduce";
  record.backend = "nccl";
  record.type = "float";
  record.repetitions = static_cast<std::int64_t>(slowest.front().size());
  record.ranks = 2;
  record.bytes = std::move(bytes);
  for (const auto& repetitions : slowest) {
    for (const double seconds : repetitions) {
      record.seconds.push_back(seconds / 2);
      record.seconds.push_back(seconds);
    }
  }
  return record;
}

TEST(Verdicts, OfAClassAreTheGeometricMeanOfItsSizesWithTheirInterval) {
  const auto before = judged_record({8, 16, 1 << 20}, {{1, 2, 3}, {10, 20, 30}, {1, 1, 1}});
  const auto found = judged_record({8, 16, 1 << 20}, {{2, 3, 4}, {10, 20, 60}, {1, 1, 1}});
  const auto verdicts = verdicts_by_baseline(found, before, 0.9);
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_STREQ(verdicts[0].size_class, "small");
  // 2/3 at 8 bytes and 20/30 at 16; the bounds are SciPy's, by Welch and Satterthwaite over the sizes.
  EXPECT_NEAR(verdicts[0].share.estimate, 2.0 / 3, 1e-12);
  EXPECT_NEAR(verdicts[0].share.low, 0.2808054380608253, 1e-9);
  EXPECT_NEAR(verdicts[0].share.high, 1.5827487085494873, 1e-9);
  EXPECT_EQ(verdicts[0].outcome, Outcome::kUnclear) << "the interval reaches the gate";
  EXPECT_STREQ(verdicts[1].size_class, "medium");
  EXPECT_EQ(verdicts[1].outcome, Outcome::kReached);
  EXPECT_FALSE(any_below(verdicts));
  EXPECT_TRUE(any_judged(verdicts));
}

TEST(Verdicts, AreBelowWhereTheWholeIntervalIs) {
  const auto before = judged_record({32 << 20, 64 << 20}, {{1, 1.02, 0.98}, {1, 1.02, 0.98}});
  const auto found = judged_record({64 << 20, 128 << 20}, {{2, 2.04, 1.96}, {9, 9, 9}});
  const auto verdicts = verdicts_by_baseline(found, before, 0.9);
  ASSERT_EQ(verdicts.size(), 1u) << "the one size that both hold is large";
  EXPECT_EQ(verdicts[0].sizes, 1);
  EXPECT_EQ(verdicts[0].worst_bytes, 64 << 20);
  EXPECT_NEAR(verdicts[0].share.estimate, 0.5, 1e-12);
  EXPECT_NEAR(verdicts[0].share.low, 0.47783665096859856, 1e-9);
  EXPECT_TRUE(any_below(verdicts));
  EXPECT_FALSE(any_below(verdicts_by_baseline(found, before, 0.5)));
  const std::string table = verdict_table(verdicts);
  EXPECT_NE(table.find("all_reduce    large   baseline"), std::string::npos) << table;
  EXPECT_NE(table.find("50.0 % at 64.0 MiB"), std::string::npos) << table;
}

TEST(Verdicts, WithoutRepetitionsHaveNoInterval) {
  const auto verdicts = verdicts_by_baseline(judged_record({8}, {{2}}), judged_record({8}, {{1}}), 0.9);
  EXPECT_TRUE(std::isnan(verdicts.at(0).share.low));
  EXPECT_EQ(verdicts[0].outcome, Outcome::kBelow);
}

TEST(Verdicts, ByTheLinksAreOfLargeSizesAlone) {
  auto found = judged_record({1 << 20, 16'777'216}, {{1e-9, 1e-9, 1e-9}, {1e-2, 1e-2, 1e-2}});
  EXPECT_EQ(verdict_by_links(operation_named("all_reduce"), found, 0.8).outcome, Outcome::kNotJudged);
  // 16 MiB in 10 ms, times 2 (2 - 1) / 2.
  found.expected_bus_bandwidth = 2 * 1.6777216e9;
  found.links = "PCIe 3 x16";
  const Verdict below = verdict_by_links(operation_named("all_reduce"), found, 0.8);
  EXPECT_NEAR(below.share.estimate, 0.5, 1e-12);
  EXPECT_EQ(below.outcome, Outcome::kBelow);
  EXPECT_EQ(verdict_by_links(operation_named("all_reduce"), found, 0.5).outcome, Outcome::kReached);
  EXPECT_EQ(verdict_by_links(operation_named("sendrecv"), found, 0.5).outcome, Outcome::kNotJudged);
  for (const char* choice : {"nvls, simple, 16 channels", "collnet_direct, simple"}) {
    found.choices = {"", choice};
    const Verdict other = verdict_by_links(operation_named("all_reduce"), found, 0.8);
    EXPECT_EQ(other.outcome, Outcome::kNotComparable);
    EXPECT_FALSE(any_judged(std::vector{other}));
  }
}

std::string refusal(const PlannedCollective& planned, const std::vector<results::CommRecord>& baseline) {
  try {
    refuse_other_baseline(planned, baseline, "links.h5");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Verdicts, RefuseTheBaselineOfAnotherMeasurement) {
  const std::vector baseline{judged_record({8}, {{1, 2}})};
  const Operation& all_reduce = operation_named("all_reduce");
  EXPECT_EQ(refusal({all_reduce, "float", "nccl", 2, {4, 8}}, baseline), "");
  const auto refused = [&](const PlannedCollective& planned, const char* said) {
    EXPECT_NE(refusal(planned, baseline).find(said), std::string::npos) << refusal(planned, baseline);
  };
  refused({operation_named("broadcast"), "float", "nccl", 2, {8}}, "holds no broadcast");
  refused({all_reduce, "half", "nccl", 2, {8}}, "type float, this run half");
  refused({all_reduce, "float", "mpi", 2, {8}}, "backend nccl, this run mpi");
  refused({all_reduce, "float", "nccl", 4, {8}}, "ranks 2, this run 4");
  refused({all_reduce, "float", "nccl", 2, {16}}, "none of the sizes");
  Operation by_max = all_reduce;
  by_max.reduction = comm::Reduction::kMaximum;
  refused({by_max, "float", "nccl", 2, {8}}, "reduction sum, this run max");
}

}  // namespace
}  // namespace scalemark::collectives
