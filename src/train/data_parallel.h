#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "config/experiment.h"
#include "nn/network.h"
#include "train/flat_tensors.h"
#include "train/replica_threads.h"

namespace scalemark::train {

/// One process that trains on several devices, by the steps of torch.nn.DataParallel: scatter the batch, replicate the
/// weights, apply the replicas in parallel, gather the logits; backward the same way back, and reduce the gradients to
/// the first device. On a CPU every replica has a thread.
///
/// A replica's weights and buffers lie in one memory per type, and go there by one copy each; gradients come back by
/// the bucket.
class DataParallel {
 public:
  /// @param network  the first replica: its parameters are trained, and its buffers keep the running statistics.
  /// @param devices  one per replica; the first is the network's.
  DataParallel(const config::CaseConfig& config, std::shared_ptr<nn::Network> network, std::vector<at::Device> devices);

  /// Logits of the whole batch on the first device, where the graph behind them begins anew.
  /// @param images  on the first device.
  at::Tensor forward(const at::Tensor& images);

  /// After the loss's backward: hands the logits' gradient on to the replicas, which add up gradients of their own.
  void backward();

  /// The first replica's gradients become the sum over replicas; the others' are dropped.
  void reduce();

 private:
  struct Replica {
    at::Device device;
    std::shared_ptr<nn::Network> network;
    std::vector<at::Tensor> parameters;
    FlatTensors state;  // parameters and buffers
    at::Tensor images;
    at::Tensor logits;
  };
  void scatter(const at::Tensor& images);
  void replicate();

  config::Precision precision_;
  std::vector<Replica> replicas_;
  at::Tensor gathered_logits_;
  ReplicaThreads threads_;
};

/// The devices of a case that trains on several with one process: the first and those numbered after it; on a CPU the
/// CPU again and again.
std::vector<at::Device> replica_devices(const at::Device& first, int count);

}  // namespace scalemark::train
