#include "comm/bucket_plan.h"

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace scalemark::comm {
namespace {

constexpr std::int64_t kMebibyteOfFloats = (std::int64_t{1} << 20) / 4;

NamedParameter floats(std::int64_t elements) { return {"p", at::empty({elements}, at::kFloat)}; }

using Plan = std::vector<std::vector<std::size_t>>;

TEST(BucketPlan, FirstBucketIsSmallAndTheOthersLarge) {
  // Three of 0.5 MiB, then five of 10 MiB: 1 MiB closes the first bucket, 25 MiB the others.
  std::vector<NamedParameter> parameters(3, floats(kMebibyteOfFloats / 2));
  parameters.resize(8, floats(kMebibyteOfFloats * 10));
  const Plan expected = {{0, 1}, {2, 3, 4}, {5, 6}, {7}};
  EXPECT_EQ(plan_buckets(parameters, {0, 1, 2, 3, 4, 5, 6, 7}, {}), expected);
}

TEST(BucketPlan, FollowsTheReadyOrder) {
  const std::vector<NamedParameter> parameters = {floats(10), floats(20), floats(30)};
  EXPECT_EQ(plan_buckets(parameters, {2, 0, 1}, {}), Plan({{2, 0, 1}}));
}

TEST(BucketPlan, ALimitIsReachedButNotPassed) {
  const std::vector<NamedParameter> parameters = {floats(4), floats(4), floats(8), floats(1)};
  EXPECT_EQ(plan_buckets(parameters, {0, 1, 2, 3}, {32, 32}), Plan({{0, 1}, {2}, {3}}));
}

TEST(BucketPlan, OneLargeParameterMayPassTheLimit) {
  const std::vector<NamedParameter> parameters = {floats(2), floats(100), floats(2)};
  EXPECT_EQ(plan_buckets(parameters, {0, 1, 2}, {16, 32}), Plan({{0}, {1}, {2}}));
}

TEST(BucketPlan, ABucketHoldsOneDtype) {
  const std::vector<NamedParameter> parameters = {
      floats(2), {"h", at::empty({2}, at::kHalf)}, {"h", at::empty({2}, at::kHalf)}, floats(2)};
  EXPECT_EQ(plan_buckets(parameters, {0, 1, 2, 3}, {}), Plan({{0}, {1, 2}, {3}}));
}

TEST(BucketPlan, RefusesAnOrderThatIsNotAPermutation) {
  const std::vector<NamedParameter> parameters = {floats(2), floats(2)};
  EXPECT_THROW(plan_buckets(parameters, {0}, {}), InputError);
  EXPECT_THROW(plan_buckets(parameters, {0, 0}, {}), InputError);
  EXPECT_THROW(plan_buckets(parameters, {0, 2}, {}), InputError);
}

}  // namespace
}  // namespace scalemark::comm
