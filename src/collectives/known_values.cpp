#include "collectives/known_values.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/tensor.h>

#include <cstdint>
#include <vector>

namespace scalemark::collectives {
namespace {

// A prime: no chunk or shard of any path is a multiple of it, so that data in the wrong place are wrong data.
constexpr std::int64_t kPeriod = 1021;
constexpr int kNoResult = 300;  // exact in every dtype

using comm::Reduction;

std::uint64_t hash_of(std::uint64_t index, int rank) {
  const std::uint64_t mixed =
      ((index + 1) * 0x9E3779B97F4A7C15U) ^ ((static_cast<std::uint64_t>(rank) + 1) * 0xC2B2AE3D27D4EB4FU);
  return (mixed * 0xFF51AFD7ED558CCDU) >> 32U;
}

/// What a rank's element is, by a multiplicative hash of rank and index.
double value_of(Reduction reduction, std::uint64_t index, int rank) {
  const std::uint64_t hash = hash_of(index, rank);
  // Each doubles other elements, so that products stay small however many ranks there are.
  constexpr std::uint64_t kDoublers = 128;
  switch (reduction) {
    case Reduction::kProduct:
      return (hash % 2 == 0 ? 1.0 : -1.0) * (index % kDoublers == static_cast<std::uint64_t>(rank) ? 2.0 : 1.0);
    case Reduction::kMinimum:
    case Reduction::kMaximum:
      return static_cast<double>(hash % 255) - 127;
    default:
      return static_cast<double>(hash % 5) - 2;
  }
}

Reduction reduction_of(const Operation& operation) { return operation.reduces ? operation.reduction : Reduction::kSum; }

/// float64 [kPeriod]: a rank's values.
at::Tensor period_of_rank(Reduction reduction, int rank) {
  std::vector<double> values(kPeriod);
  for (std::uint64_t i = 0; i < values.size(); ++i) values[i] = value_of(reduction, i, rank);
  return at::tensor(values, at::kDouble);
}

/// What an average is filled with in place of those, so that whole numbers divide.
double scale_of(const Operation& operation, const at::Tensor& like, int ranks) {
  return reduction_of(operation) == Reduction::kAverage && !like.is_floating_point() ? ranks : 1;
}

at::Tensor reduced_period(Reduction reduction, int ranks) {
  at::Tensor made = period_of_rank(reduction, 0);
  for (int rank = 1; rank < ranks; ++rank) {
    const at::Tensor next = period_of_rank(reduction, rank);
    if (reduction == Reduction::kProduct) {
      made.mul_(next);
    } else if (reduction == Reduction::kMinimum) {
      made = at::minimum(made, next);
    } else if (reduction == Reduction::kMaximum) {
      made = at::maximum(made, next);
    } else {
      made.add_(next);
    }
  }
  return made;
}

/// Of an average too: whole numbers were filled in as many times as there are ranks.
at::Tensor expected_period(const Operation& operation, const at::Tensor& like, int ranks) {
  const at::Tensor made = reduced_period(reduction_of(operation), ranks);
  const bool divides = reduction_of(operation) == Reduction::kAverage && like.is_floating_point();
  return divides ? made.div(ranks) : made;
}

/// What the roundings of an average of up to `ranks` numbers of at most 2 may add up to: each is divided, or added to
/// what is there already. 0 where results are exact.
double tolerance_of(const Operation& operation, const at::Tensor& like, int ranks) {
  if (reduction_of(operation) != Reduction::kAverage || !like.is_floating_point()) return 0;
  constexpr double kLargest = 2;
  const double epsilon = like.scalar_type() == at::kHalf       ? 0x1p-10
                         : like.scalar_type() == at::kBFloat16 ? 0x1p-7
                         : like.scalar_type() == at::kFloat    ? 0x1p-23
                                                               : 0x1p-52;
  return kLargest * epsilon * ranks;
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
      return repeated(expected_period(operation, output, ranks), 0, elements, output);
    case Operation::Kind::kAllGather:
      return repeated(period_of_rank(Reduction::kSum, piece), 0, elements, output);
    case Operation::Kind::kReduceScatter:
      return repeated(expected_period(operation, output, ranks), rank * elements, elements, output);
    case Operation::Kind::kBroadcast:
      return repeated(period_of_rank(Reduction::kSum, 0), 0, elements, output);
    default:
      return repeated(period_of_rank(Reduction::kSum, (rank + ranks - 1) % ranks), 0, elements, output);
  }
}

}  // namespace

void fill(const Operation& operation, const Buffers& buffers, int rank, int ranks) {
  const at::Tensor& input = buffers.input;
  // The output first: in place the input is a part of it.
  at::Tensor(buffers.output).fill_(kNoResult);
  const at::Tensor period = period_of_rank(reduction_of(operation), rank).mul_(scale_of(operation, input, ranks));
  at::Tensor(input).copy_(repeated(period, 0, input.numel(), input));
}

std::int64_t count_wrong(const Operation& operation, const Buffers& buffers, int rank, int ranks) {
  const int pieces = operation.output_has_pieces ? ranks : 1;
  const std::int64_t elements = buffers.output.numel() / pieces;
  std::int64_t wrong = 0;
  for (int piece = 0; piece < pieces; ++piece) {
    const at::Tensor found = buffers.output.narrow(0, piece * elements, elements);
    const at::Tensor right = expected(operation, buffers.output, piece, rank, ranks);
    const double tolerance = tolerance_of(operation, buffers.output, ranks);
    const at::Tensor differs = tolerance > 0 ? found.sub(right).abs_().le(tolerance).logical_not() : found.ne(right);
    wrong += differs.sum().item<std::int64_t>();
  }
  return wrong;
}

}  // namespace scalemark::collectives
