#include "train/trained_network.h"

#include "kernels/cross_entropy.h"
#include "train/replica.h"

namespace scalemark::train {

TrainedNetwork::TrainedNetwork(const config::CaseConfig& config, const at::Device& device)
    : config_(config.train), network_(build_replica(config, device)) {
  if (config.train.mode == config::Mode::kDataParallel) {
    replicas_ = std::make_unique<DataParallel>(config, network_, replica_devices(device, config.gpus));
  }
}

// The mean over the whole batch is the sum of what the micro-batches, which are of one size, add to it.
at::Tensor TrainedNetwork::loss(const data::Batch& batch) {
  const at::Tensor logits =
      replicas_ ? replicas_->forward(batch.images) : logits_of(*network_, batch.images, config_.precision);
  return kernels::cross_entropy(logits, batch.labels, config_.accumulation, config_.fused != config::Switch::kOff);
}

void TrainedNetwork::backward(const at::Tensor& loss) {
  loss.backward();
  if (replicas_) replicas_->backward();
}

void TrainedNetwork::add_up_replicas() {
  if (replicas_) replicas_->reduce();
}

std::int64_t TrainedNetwork::count_correct(const data::Batch& batch) {
  const torch::NoGradGuard no_grad;
  network_->eval();
  const at::Tensor predictions = logits_of(*network_, batch.images, config_.precision).argmax(1);
  network_->train();
  return predictions.eq(batch.labels).sum().item<std::int64_t>();
}

}  // namespace scalemark::train
