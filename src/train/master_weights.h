#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "config/experiment.h"
#include "nn/network.h"

namespace scalemark::train {

/// The parameters that an optimizer updates, beside those that the network computes with (Micikevicius et al. 2018,
/// "Mixed precision training").
///
/// In bf16 and fp16 autocast would cast the weights of every convolution and linear layer in every step, and their
/// gradients back, one by one. Here the network holds them in the type of computation, where backward leaves their
/// gradients too, and one launch casts them all. The values are those of autocast, bit by bit. In the other precisions
/// both are the same tensors.
class MasterWeights {
 public:
  /// Casts the network's weights. Only where each step has one backward: gradients of several would add up in 16 bits.
  MasterWeights(nn::Network& network, config::Precision precision);

  /// fp32 (or fp64), in the order of network.parameters().
  const std::vector<at::Tensor>& masters() const { return masters_; }

  /// What backward gives gradients to, in the same order.
  const std::vector<at::Tensor>& working() const { return working_; }

  /// After every change of the masters: the network computes with them from now on.
  void publish() const;

  /// After backward: gives the masters the gradients of the working weights, which lose theirs.
  void take_gradients() const;

  void drop_gradients() const;

 private:
  std::vector<at::Tensor> masters_, working_;
  std::vector<at::Tensor> cast_masters_, cast_;  // those that differ
};

}  // namespace scalemark::train
