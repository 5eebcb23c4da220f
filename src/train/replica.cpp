#include "train/replica.h"

#include <ATen/ops/zeros.h>
#include <torch/utils.h>

#include "train/precision.h"
#include "train/within_memory.h"

namespace scalemark::train {

std::shared_ptr<nn::Network> build_replica(const config::CaseConfig& config, const at::Device& device,
                                           kernels::NormRanks* norm_ranks) {
  torch::manual_seed(config.train.seed);
  auto network = nn::make_network(config.model, {.image_size = config.dataset.image_size,
                                                 .classes = config.dataset.classes,
                                                 .batch_norm = config.batch_norm,
                                                 .checkpointing = config.train.checkpointing,
                                                 .fused = config.train.fused != config::Switch::kOff,
                                                 .zero_init_residual = config.train.zero_init_residual,
                                                 .norm_ranks = norm_ranks,
                                                 .digest = config.model_digest});
  nn::convert(*network, device, parameter_dtype(config.train.precision));
  if (uses_channels_last(config.train, device)) {
    const torch::NoGradGuard no_grad;
    for (auto& parameter : network->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
  }
  network->train();
  return network;
}

std::string norm_obstacle(const config::CaseConfig& config) {
  if (!config.batch_norm || config.batch_per_gpu != config.train.accumulation) return {};
  config::CaseConfig one = config;
  one.train = {};
  const auto network = build_replica(one, at::kCPU);
  const torch::NoGradGuard no_grad;
  return setback_of([&] { network->forward(at::zeros({1, 3, one.dataset.image_size, one.dataset.image_size})); }).error;
}

at::Tensor logits_of(nn::Network& network, const at::Tensor& images, config::Precision precision) {
  const AutocastScope autocast(images.device(), precision);
  return network.forward(images);
}

bool uses_channels_last(const config::TrainConfig& train, const at::Device& device) {
  if (train.channels_last != config::Switch::kAuto) return train.channels_last == config::Switch::kOn;
  if (train.precision == config::Precision::kFp64) return false;
  return !device.is_cuda() || train.precision != config::Precision::kFp32;
}

}  // namespace scalemark::train
