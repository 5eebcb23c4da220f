#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "comm/communicator.h"
#include "kernels/norm_ranks.h"

namespace scalemark::train {

/// The ranks' exchange of batch norm's moments (`train.sync_batch_norm`).
///
/// It goes over a communicator of its own: the buckets of gradients, which are reduced at the same time, are neither in
/// front of it nor behind it. Its calls come in the order of the network's layers in forward, and of autograd in
/// backward, which the graph alone decides: the same on every rank.
class NormExchange final : public kernels::NormRanks {
 public:
  /// Until connect() this rank is alone, and its moments are those of its own batch.
  at::Tensor gather(const at::Tensor& mine) override;
  void sum(const at::Tensor& mine) override;

  /// Before a step's first forward.
  void begin_step();

  /// Collective over `ranks`. The step before it has shown which exchanges a step makes.
  void connect(comm::Communicator& ranks, const at::Device& device);

  /// In place of the rest of a step that this rank cannot compute: makes the exchanges that the other ranks wait for.
  /// Takes no memory.
  void take_part();

 private:
  enum class Kind { kGather, kSum };
  struct Call {
    Kind kind;
    std::int64_t values;
  };

  void gather_into(const at::Tensor& mine, const at::Tensor& all);
  void sum_up(const at::Tensor& mine);
  /// The next exchange of the step begins.
  void pass(const Call& call);

  std::unique_ptr<comm::Communicator> ranks_;  // nullptr: this one alone
  std::vector<Call> calls_;                    // of a step
  std::size_t passed_ = 0;                     // of them, in the step in flight
  at::Tensor spare_;                           // what take_part() works on
};

}  // namespace scalemark::train
