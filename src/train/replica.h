#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "config/experiment.h"
#include "nn/network.h"

namespace scalemark::train {

/// The case's network on a device, in training mode. The seed alone decides the weights, so that 1, 2 and 4 replicas
/// start from the same ones.
/// @param norm_ranks  whose batches count as one for batch norm, beyond the network's end; nullptr: this one alone
std::shared_ptr<nn::Network> build_replica(const config::CaseConfig& config, const at::Device& device,
                                           kernels::NormRanks* norm_ranks = nullptr);

/// Why batch norm cannot train on the case's micro-batches: of one image the last map may be one value per channel.
/// Empty where it can.
std::string norm_obstacle(const config::CaseConfig& config);

/// Logits in the type of the case's activations.
at::Tensor logits_of(nn::Network& network, const at::Tensor& images, config::Precision precision);

/// Whether the case's tensors are laid out channels-last: `auto` means where convolutions have fast kernels for it. On
/// GPUs those are the ones for tensor cores, which fp32 and fp64 do not use.
bool uses_channels_last(const config::TrainConfig& train, const at::Device& device);

}  // namespace scalemark::train
