#include "train/trained_network.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>

#include "kernels/cross_entropy.h"
#include "train/replica.h"

namespace scalemark::train {
namespace {

// Worth the plain loss, so that curves with and without smoothing are of one quantity; the gradient is the smoothed
// one.
at::Tensor with_smoothed_gradient(const at::Tensor& plain, const at::Tensor& logits, const at::Tensor& labels,
                                  const config::TrainConfig& train) {
  constexpr std::int64_t kNoIgnoredLabel = -100;
  const at::Tensor smoothed = at::cross_entropy_loss(logits.to(plain.scalar_type()), labels, /*weight=*/{},
                                                     at::Reduction::Mean, kNoIgnoredLabel, train.label_smoothing)
                                  .div(train.accumulation);
  return plain + (smoothed - smoothed.detach());
}

}  // namespace

TrainedNetwork::TrainedNetwork(const config::CaseConfig& config, const at::Device& device,
                               kernels::NormRanks* norm_ranks)
    : config_(config.train), network_(build_replica(config, device, norm_ranks)) {
  if (config.train.mode == config::Mode::kDataParallel) {
    replicas_ = std::make_unique<DataParallel>(config, network_, replica_devices(device, config.gpus));
  }
}

// The mean over the whole batch is the sum of what the micro-batches, which are of one size, add to it.
at::Tensor TrainedNetwork::loss(const data::Batch& batch) {
  const at::Tensor logits =
      replicas_ ? replicas_->forward(batch.images) : logits_of(*network_, batch.images, config_.precision);
  const bool fused = config_.fused != config::Switch::kOff;
  if (config_.label_smoothing == 0) return kernels::cross_entropy(logits, batch.labels, config_.accumulation, fused);
  const at::Tensor plain = kernels::cross_entropy(logits.detach(), batch.labels, config_.accumulation, fused);
  return with_smoothed_gradient(plain, logits, batch.labels, config_);
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
