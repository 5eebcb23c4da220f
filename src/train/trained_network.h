#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "config/experiment.h"
#include "data/loader/batch.h"
#include "nn/network.h"
#include "train/data_parallel.h"

namespace scalemark::train {

/// The network that a rank trains, with its loss: on one device or, in data_parallel, on several.
class TrainedNetwork {
 public:
  /// @param device      the first, where parameters, batches and losses are.
  /// @param norm_ranks  whose batches count as one for batch norm; nullptr: this one alone
  TrainedNetwork(const config::CaseConfig& config, const at::Device& device, kernels::NormRanks* norm_ranks = nullptr);

  nn::Network& network() { return *network_; }
  const nn::Network& network() const { return *network_; }

  /// What a micro-batch adds to the mean loss over the whole batch: its share of it.
  at::Tensor loss(const data::Batch& batch);

  /// @param loss  of the last loss(), which may be scaled.
  void backward(const at::Tensor& loss);

  /// After the step's last backward: the network's gradients become the sum over its replicas.
  void add_up_replicas();

  /// Images of this batch that the network classifies correctly, in evaluation mode, on the first device alone.
  std::int64_t count_correct(const data::Batch& batch);

 private:
  const config::TrainConfig config_;
  std::shared_ptr<nn::Network> network_;
  std::unique_ptr<DataParallel> replicas_;  // nullptr unless the mode is data_parallel
};

}  // namespace scalemark::train
