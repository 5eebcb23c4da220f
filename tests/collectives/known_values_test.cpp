// The checks of `scalemark comm` against collectives that are worked out here, one rank after the other.

#include "collectives/known_values.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
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
    fill(ranks.back(), rank);
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
