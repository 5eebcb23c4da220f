// The checks of `scalemark comm` against collectives that are worked out here, one rank after the other.

#include "collectives/known_values.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <vector>

namespace scalemark::collectives {
namespace {

using Kind = Operation::Kind;

constexpr int kRanks = 3;
constexpr std::int64_t kElements = 2500;  // more than two periods

std::vector<Buffers> filled_buffers(const Operation& operation, at::ScalarType type) {
  std::vector<Buffers> ranks;
  for (int rank = 0; rank < kRanks; ++rank) {
    ranks.push_back({at::empty({operation.input_has_pieces ? kRanks * kElements : kElements}, type),
                     at::empty({operation.output_has_pieces ? kRanks * kElements : kElements}, type)});
    fill(operation, ranks.back(), rank, kRanks);
  }
  return ranks;
}

void carry_out(const Operation& operation, std::vector<Buffers>& ranks) {
  std::vector<at::Tensor> inputs;
  at::Tensor sum = at::zeros_like(ranks[0].input);
  for (const Buffers& buffers : ranks) {
    inputs.push_back(buffers.input);
    sum += buffers.input;
  }
  for (int rank = 0; rank < kRanks; ++rank) {
    at::Tensor& output = ranks[static_cast<std::size_t>(rank)].output;
    if (operation.kind == Kind::kAllReduce) output.copy_(sum);
    if (operation.kind == Kind::kAllGather) output.copy_(at::cat(inputs));
    if (operation.kind == Kind::kReduceScatter) output.copy_(sum.narrow(0, rank * kElements, kElements));
    if (operation.kind == Kind::kBroadcast) output.copy_(inputs[0]);
    if (operation.kind == Kind::kSendReceive) output.copy_(inputs[static_cast<std::size_t>((rank + 2) % kRanks)]);
  }
}

TEST(KnownValues, RightResultsAreRight) {
  for (const Operation& operation : operations()) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong}) {
      auto ranks = filled_buffers(operation, type);
      carry_out(operation, ranks);
      for (int rank = 0; rank < kRanks; ++rank) {
        EXPECT_EQ(count_wrong(operation, ranks[static_cast<std::size_t>(rank)], rank, kRanks), 0) << operation.name;
      }
    }
  }
}

/// What a reduction makes of all ranks' inputs, one after the other.
at::Tensor made_of(comm::Reduction reduction, const std::vector<Buffers>& ranks) {
  at::Tensor made = ranks[0].input.to(at::kDouble);
  for (std::size_t rank = 1; rank < ranks.size(); ++rank) {
    const at::Tensor next = ranks[rank].input.to(at::kDouble);
    if (reduction == comm::Reduction::kProduct) made = made.mul(next);
    if (reduction == comm::Reduction::kMinimum) made = at::where(next.lt(made), next, made);
    if (reduction == comm::Reduction::kMaximum) made = at::where(next.gt(made), next, made);
    if (reduction == comm::Reduction::kAverage) made = made.add(next);
  }
  return reduction == comm::Reduction::kAverage ? made.div(static_cast<double>(ranks.size())) : made;
}

TEST(KnownValues, EveryReductionIsChecked) {
  for (const char* name : {"prod", "min", "max", "avg"}) {
    Operation operation = operation_named("all_reduce");
    operation.reduction = reduction_named(name);
    for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong}) {
      auto ranks = filled_buffers(operation, type);
      ranks[1].output.copy_(made_of(operation.reduction, ranks));
      EXPECT_EQ(count_wrong(operation, ranks[1], 1, kRanks), 0) << name << " of " << type;
      ranks[1].output.narrow(0, 7, 3).add_(1);
      EXPECT_EQ(count_wrong(operation, ranks[1], 1, kRanks), 3) << name << " of " << type;
      // Where one rank took no part.
      ranks[1].output.copy_(made_of(operation.reduction, {ranks[0], ranks[2]}));
      EXPECT_GT(count_wrong(operation, ranks[1], 1, kRanks), kElements / 4) << name << " of " << type;
    }
  }
}

TEST(KnownValues, EveryWrongElementIsCounted) {
  for (const Operation& operation : operations()) {
    auto ranks = filled_buffers(operation, at::kFloat);
    EXPECT_EQ(count_wrong(operation, ranks[1], 1, kRanks), ranks[1].output.numel()) << "nothing has arrived";
    carry_out(operation, ranks);
    ranks[1].output.narrow(0, 7, 3).add_(1);
    EXPECT_EQ(count_wrong(operation, ranks[1], 1, kRanks), 3) << operation.name;
  }
}

TEST(KnownValues, DataInTheWrongPlaceOrOfTheWrongRankAreWrong) {
  for (const Operation& operation : operations()) {
    auto ranks = filled_buffers(operation, at::kFloat);
    carry_out(operation, ranks);
    const Buffers shifted{ranks[1].input, ranks[1].output.roll(64)};
    EXPECT_GT(count_wrong(operation, shifted, 1, kRanks), kElements / 2) << operation.name;
  }
  const Operation& broadcast = operation_named("broadcast");
  auto ranks = filled_buffers(broadcast, at::kFloat);
  ranks[0].output.copy_(ranks[2].input);
  EXPECT_GT(count_wrong(broadcast, ranks[0], 0, kRanks), kElements / 2);
}

}  // namespace
}  // namespace scalemark::collectives
