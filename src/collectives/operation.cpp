#include "collectives/operation.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/error.h"
#include "results/comm_summary.h"

namespace scalemark::collectives {
namespace {

using Kind = Operation::Kind;

constexpr auto kOperations = std::to_array<Operation>({
    {.kind = Kind::kAllReduce,
     .name = "all_reduce",
     .reduces = true,
     .has_root = false,
     .has_in_place = true,
     .input_has_pieces = false,
     .output_has_pieces = false},
    {.kind = Kind::kAllGather,
     .name = "all_gather",
     .reduces = false,
     .has_root = false,
     .has_in_place = true,
     .input_has_pieces = false,
     .output_has_pieces = true},
    {.kind = Kind::kReduceScatter,
     .name = "reduce_scatter",
     .reduces = true,
     .has_root = false,
     .has_in_place = true,
     .input_has_pieces = true,
     .output_has_pieces = false},
    {.kind = Kind::kBroadcast,
     .name = "broadcast",
     .reduces = false,
     .has_root = true,
     .has_in_place = true,
     .input_has_pieces = false,
     .output_has_pieces = false},
    {.kind = Kind::kSendReceive,
     .name = "sendrecv",
     .reduces = false,
     .has_root = false,
     .has_in_place = false,
     .input_has_pieces = false,
     .output_has_pieces = false},
});

constexpr auto kReductions = std::to_array<std::pair<const char*, comm::Reduction>>({
    {"sum", comm::Reduction::kSum},
    {"prod", comm::Reduction::kProduct},
    {"min", comm::Reduction::kMinimum},
    {"max", comm::Reduction::kMaximum},
    {"avg", comm::Reduction::kAverage},
});

constexpr auto kTypes = std::to_array<std::pair<const char*, at::ScalarType>>({
    {"float", at::kFloat},
    {"double", at::kDouble},
    {"half", at::kHalf},
    {"bfloat16", at::kBFloat16},
    {"int64", at::kLong},
});

}  // namespace

double Operation::bus_factor(int ranks) const { return results::bus_factor(name, ranks); }

bool Operation::uses_rings() const { return kind != Kind::kSendReceive; }

std::span<const Operation> operations() { return kOperations; }

const Operation& operation_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Operation& operation : kOperations) {
    if (name == operation.name) return operation;
    names.emplace_back(operation.name);
  }
  throw InputError(fmt::format("--op {}: there is no such collective; available: {}", name, fmt::join(names, ", ")));
}

comm::Reduction reduction_named(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, reduction] : kReductions) {
    if (name == known) return reduction;
    names.emplace_back(known);
  }
  throw InputError(
      fmt::format("--reduction {}: there is no such reduction; available: {}", name, fmt::join(names, ", ")));
}

const char* redop(const Operation& operation) {
  if (!operation.reduces) return "none";
  return std::ranges::find(kReductions, operation.reduction, [](const auto& known) { return known.second; })->first;
}

at::ScalarType type_named(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, type] : kTypes) {
    if (name == known) return type;
    names.emplace_back(known);
  }
  throw InputError(fmt::format("--type {}: there is no such type; available: {}", name, fmt::join(names, ", ")));
}

Buffers make_buffers(const Operation& operation, std::int64_t elements, bool in_place, const comm::Communicator& group,
                     const at::TensorOptions& options) {
  const std::int64_t all = elements * group.size();
  const auto tensor = [&](bool has_pieces) { return at::empty({has_pieces ? all : elements}, options); };
  Buffers buffers{tensor(operation.input_has_pieces), {}};
  if (!in_place) {
    buffers.output = tensor(operation.output_has_pieces);
  } else if (operation.output_has_pieces) {
    buffers.output = tensor(true);
    buffers.input = buffers.output.narrow(0, group.rank() * elements, elements);
  } else if (operation.input_has_pieces) {
    buffers.output = buffers.input.narrow(0, group.rank() * elements, elements);
  } else {
    buffers.output = buffers.input;
  }
  return buffers;
}

std::unique_ptr<comm::Work> start(const Operation& operation, comm::Communicator& group, const Buffers& buffers) {
  const auto& [input, output] = buffers;
  switch (operation.kind) {
    case Kind::kAllReduce:
      return group.all_reduce_by(operation.reduction, input, output);
    case Kind::kAllGather:
      return group.all_gather(input, output);
    case Kind::kReduceScatter:
      return group.reduce_scatter_by(operation.reduction, input, output);
    case Kind::kBroadcast:
      return group.broadcast(input, output, 0);
    default:
      return group.shift(input, output);
  }
}

}  // namespace scalemark::collectives
