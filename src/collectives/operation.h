#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <string>

#include "comm/communicator.h"

namespace scalemark::collectives {

/// A collective as nccl-tests counts and names it.
struct Operation {
  enum class Kind { kAllReduce, kAllGather, kReduceScatter, kBroadcast, kSendReceive };

  Kind kind;
  const char* name;        ///< "all_reduce"
  bool reduces;            ///< its redop is `reduction`, otherwise "none"
  bool has_root;           ///< rank 0
  bool has_in_place;       ///< a rank cannot receive into what it sends
  bool input_has_pieces;   ///< one per rank
  bool output_has_pieces;  ///< one per rank
  comm::Reduction reduction = comm::Reduction::kSum;

  /// What turns algorithm bandwidth into bus bandwidth: the share of the bytes that the busiest link carries at least
  /// (nccl-tests, doc/PERFORMANCE.md).
  double bus_factor(int ranks) const;

  /// Whether large buffers go round all ranks, so that the slowest link between them decides.
  bool uses_rings() const;
};

std::span<const Operation> operations();

/// nccl-tests' word: "sum", "prod", "min", "max", "avg"; "none" of an operation that does not reduce.
const char* redop(const Operation& operation);

/// @throws InputError with the names that there are.
const Operation& operation_named(const std::string& name);

/// A reduction by nccl-tests' name. @throws InputError with the names that there are.
comm::Reduction reduction_named(const std::string& name);

/// A dtype by nccl-tests' name: double float half bfloat16 int64. @throws InputError with the names that there are.
at::ScalarType type_named(const std::string& name);

/// The tensors of one rank. In place, `input` and `output` share memory as the operation wants it.
struct Buffers {
  at::Tensor input;
  at::Tensor output;
};

/// @param elements  of one piece, or of the whole where there are none.
Buffers make_buffers(const Operation& operation, std::int64_t elements, bool in_place, const comm::Communicator& group,
                     const at::TensorOptions& options);

std::unique_ptr<comm::Work> start(const Operation& operation, comm::Communicator& group, const Buffers& buffers);

}  // namespace scalemark::collectives
