#include "train/data_parallel.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/cat.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/GradMode.h>

#include <utility>

#include "train/replica.h"

namespace scalemark::train {
namespace {

constexpr std::int64_t kSumBucketBytes = std::int64_t{10} << 20;  // as torch.nn.DataParallel

}  // namespace

DataParallel::DataParallel(const config::CaseConfig& config, std::shared_ptr<nn::Network> network,
                           std::vector<at::Device> devices)
    : precision_(config.train.precision), threads_(devices.size()) {
  for (const auto& device : devices) {
    auto copy = replicas_.empty() ? std::move(network) : build_replica(config, device);
    auto parameters = copy->parameters();
    auto state = parameters;
    for (auto& buffer : copy->buffers()) state.push_back(std::move(buffer));
    FlatTensors memory(state, device);
    memory.take_over(state);
    replicas_.push_back({device, std::move(copy), std::move(parameters), std::move(memory), {}, {}});
  }
}

at::Tensor DataParallel::forward(const at::Tensor& images) {
  scatter(images);
  replicate();
  threads_.run([this](std::size_t i) {
    Replica& replica = replicas_[i];
    const c10::OptionalDeviceGuard guard(replica.device);
    replica.logits = logits_of(*replica.network, replica.images, precision_);
  });
  std::vector<at::Tensor> parts;
  for (const auto& replica : replicas_) parts.push_back(replica.logits.detach().to(replicas_.front().device));
  gathered_logits_ = at::cat(parts).requires_grad_();
  return gathered_logits_;
}

void DataParallel::scatter(const at::Tensor& images) {
  const auto parts = images.tensor_split(static_cast<std::int64_t>(replicas_.size()));
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    replicas_[i].images = parts[i].to(replicas_[i].device, /*non_blocking=*/true);
  }
}

void DataParallel::replicate() {
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 1; i < replicas_.size(); ++i) replicas_[i].state.copy_from(replicas_.front().state);
}

void DataParallel::backward() {
  const auto parts = gathered_logits_.grad().tensor_split(static_cast<std::int64_t>(replicas_.size()));
  threads_.run([&](std::size_t i) {
    Replica& replica = replicas_[i];
    const c10::OptionalDeviceGuard guard(replica.device);
    replica.logits.backward(parts[i].to(replica.device));
    replica.logits.reset();
    replica.images.reset();
  });
  gathered_logits_.reset();
}

void DataParallel::reduce() {
  const c10::NoGradGuard no_grad;
  const auto& first = replicas_.front();
  std::vector<at::Tensor> sums;
  for (const auto& parameter : first.parameters) sums.push_back(parameter.grad());
  for (std::size_t i = 1; i < replicas_.size(); ++i) {
    std::vector<at::Tensor> added;
    for (const auto& parameter : replicas_[i].parameters) added.push_back(std::exchange(parameter.mutable_grad(), {}));
    if (replicas_[i].device == first.device) {
      at::_foreach_add_(sums, added);
    } else {
      add_from_device(sums, added, kSumBucketBytes);
    }
  }
}

std::vector<at::Device> replica_devices(const at::Device& first, int count) {
  std::vector<at::Device> devices;
  for (int i = 0; i < count; ++i) {
    devices.push_back(first.is_cpu() ? first
                                     : at::Device(first.type(), static_cast<at::DeviceIndex>(first.index() + i)));
  }
  return devices;
}

}  // namespace scalemark::train
