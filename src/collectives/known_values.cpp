#include "collectives/known_values.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cstdint>
#include <vector>

namespace scalemark::collectives {
namespace {

// A prime: no chunk or shard of any path is a multiple of it, so that data in the wrong place are wrong data.
constexpr std::int64_t kPeriod = 1021;
constexpr int kNoResult = 100;

/// float64 [kPeriod]: rank's values, by a multiplicative hash of rank and index.
at::Tensor period_of_rank(int rank) {
  std::vector<double> values(kPeriod);
  for (std::uint64_t i = 0; i < values.size(); ++i) {
    const std::uint64_t mixed =
        ((i + 1) * 0x9E3779B97F4A7C15U) ^ ((static_cast<std::uint64_t>(rank) + 1) * 0xC2B2AE3D27D4EB4FU);
    const std::uint64_t hash = (mixed * 0xFF51AFD7ED558CCDU) >> 32U;
    values[i] = static_cast<double>(hash % 5) - 2;
  }
  return at::tensor(values, at::kDouble);
}

at::Tensor summed_period(int ranks) {
  at::Tensor sum = at::zeros({kPeriod}, at::kDouble);
  for (int rank = 0; rank < ranks; ++rank) sum.add_(period_of_rank(rank));
  return sum;
}

/// Elements `first` to `first` + `count` of the endless repetition of `period`, like `like`.
at::Tensor repeated(const at::Tensor& period, std::int64_t first, std::int64_t count, const at::Tensor& like) {
  const std::int64_t offset = first % kPeriod;
  return period.to(like.options()).repeat({(offset + count) / kPeriod + 1}).narrow(0, offset, count);
}

/// The result's piece `piece`, or all of it where it has none.
at::Tensor expected(const Operation& operation, const at::Tensor& output, int piece, int rank, int ranks) {
  const std::int64_t elements = operation.output_has_pieces ? output.numel() / ranks : output.numel();
  switch (operation.kind) {
    case Operation::Kind::kAllReduce:
      return repeated(summed_period(ranks), 0, elements, output);
    case Operation::Kind::kAllGather:
      return repeated(period_of_rank(piece), 0, elements, output);
    case Operation::Kind::kReduceScatter:
      return repeated(summed_period(ranks), rank * elements, elements, output);
    case Operation::Kind::kBroadcast:
      return repeated(period_of_rank(0), 0, elements, output);
    default:
      return repeated(period_of_rank((rank + ranks - 1) % ranks), 0, elements, output);
  }
}

}  // namespace

void fill(const Buffers& buffers, int rank) {
  // The output first: in place the input is a part of it.
  at::Tensor(buffers.output).fill_(kNoResult);
  at::Tensor(buffers.input).copy_(repeated(period_of_rank(rank), 0, buffers.input.numel(), buffers.input));
}

std::int64_t count_wrong(const Operation& operation, const Buffers& buffers, int rank, int ranks) {
  const int pieces = operation.output_has_pieces ? ranks : 1;
  const std::int64_t elements = buffers.output.numel() / pieces;
  std::int64_t wrong = 0;
  for (int piece = 0; piece < pieces; ++piece) {
    const at::Tensor found = buffers.output.narrow(0, piece * elements, elements);
    wrong += found.ne(expected(operation, buffers.output, piece, rank, ranks)).sum().item<std::int64_t>();
  }
  return wrong;
}

}  // namespace scalemark::collectives
